package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// Random commands and reports about one task, repeats and nonsense included.
final class TaskStories {

    static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    static final Digest INPUT = Digest.of("input");
    static final Digest OTHER_INPUT = Digest.of("another input");
    static final Failure FAILURE = new Failure("not_text", "the document is not text");

    private TaskStories() {}

    /// The same inputs for the same seed, 0 to 29 of them.
    static List<Message> inputs(long seed) {
        var random = new Random(seed);
        var inputs = new ArrayList<Message>();
        for (int left = random.nextInt(30); left > 0; left--) {
            boolean repeats = !inputs.isEmpty() && random.nextInt(4) == 0;
            inputs.add(repeats ? inputs.get(random.nextInt(inputs.size())) : input(random));
        }
        return inputs;
    }

    /// A random event with any version, whether or not it fits a story.
    static TaskEvent anyEvent(Random random) {
        long version = random.nextInt(50);
        int attempt = random.nextInt(3);
        return switch (random.nextInt(5)) {
            case 0 -> new TaskEvent.Submitted(TASK, version, "ingest", content(random), INPUT);
            case 1 -> new TaskEvent.Started(TASK, version, attempt, "worker-a");
            case 2 -> new TaskEvent.Succeeded(TASK, version, attempt, content(random));
            case 3 -> new TaskEvent.Failed(TASK, version, attempt, FAILURE);
            default ->
                    new TaskEvent.Refused(
                            TASK, version, "dev.millrace.task.submit", reason(random), "no");
        };
    }

    private static Message input(Random random) {
        int attempt = random.nextInt(8) == 0 ? random.nextInt(4) : 1;
        return switch (random.nextInt(6)) {
            case 0, 1 ->
                    new TaskCommand.Submit(
                            TASK,
                            random.nextInt(4) == 0 ? "unheard-of" : "ingest",
                            content(random),
                            random.nextInt(4) == 0 ? OTHER_INPUT : INPUT);
            case 2, 3 -> new TaskReport.Started(TASK, attempt, null, "worker-a");
            case 4 -> new TaskReport.Succeeded(TASK, attempt, null, content(random));
            default -> new TaskReport.Failed(TASK, attempt, null, FAILURE);
        };
    }

    private static Content content(Random random) {
        return random.nextBoolean()
                ? new Content.Inline("{\"n\":" + random.nextInt(3) + "}")
                : new Content.Stored(INPUT, 1 << 20);
    }

    private static TaskEvent.Reason reason(Random random) {
        var reasons = TaskEvent.Reason.values();
        return reasons[random.nextInt(reasons.length)];
    }
}
