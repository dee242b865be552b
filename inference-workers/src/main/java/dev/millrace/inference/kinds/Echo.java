package dev.millrace.inference.kinds;

import dev.millrace.inference.work.Attempt;
import dev.millrace.inference.work.WorkFailed;
import dev.millrace.inference.work.WorkKind;
import java.util.Map;

/// The kind `echo`: its output is its input. For drills it takes its time (`delay_ms`) and fails at
/// first (`fail_times`).
public final class Echo {

    private static final int CONCURRENCY = 256;

    private Echo() {}

    /// The kind.
    public static WorkKind<?, ?> kind() {
        return new WorkKind<>("echo", Map.class, Map.class, CONCURRENCY, Echo::perform);
    }

    private static Map<?, ?> perform(Map<?, ?> input, Attempt attempt)
            throws WorkFailed, InterruptedException {
        long delay = number(input, "delay_ms");
        if (delay > 0) {
            attempt.progress(0, "takes %d ms".formatted(delay));
            Thread.sleep(delay);
            attempt.progress(1, "took %d ms".formatted(delay));
        }
        long failures = number(input, "fail_times");
        if (attempt.number() <= failures) {
            throw WorkFailed.forNow(
                    "drill", "attempt %d of %d that fail".formatted(attempt.number(), failures));
        }
        return input;
    }

    private static long number(Map<?, ?> input, String name) throws WorkFailed {
        return switch (input.get(name)) {
            case null -> 0;
            case Number number when number.longValue() >= 0 -> number.longValue();
            case Object other ->
                    throw WorkFailed.forGood(
                            "bad_input", "%s: %s (expected: a number >= 0)".formatted(name, other));
        };
    }
}
