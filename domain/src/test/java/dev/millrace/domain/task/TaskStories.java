package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Random commands and reports about one task, repeats and nonsense included, with the times at
/// which the log takes them in.
final class TaskStories {

    static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    static final TaskId OTHER = new TaskId(new UUID(0x0190_0000_0000_7000L, 2));
    static final TaskId ANOTHER = new TaskId(new UUID(0x0190_0000_0000_7000L, 3));
    static final Digest INPUT = Digest.of("input");
    static final Digest OTHER_INPUT = Digest.of("another input");
    static final Failure FAILURE = new Failure("not_text", "the document is not text");
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private TaskStories() {}

    /// Something that reaches the task.
    record Input(Message message, Cause cause) {}

    /// The same inputs for the same seed, 0 to 39 of them, over ten minutes or so.
    static List<Input> inputs(long seed) {
        var random = new Random(seed);
        var messages = new ArrayList<Message>();
        var inputs = new ArrayList<Input>();
        var now = NOON;
        for (int left = random.nextInt(40); left > 0; left--) {
            boolean repeats = !messages.isEmpty() && random.nextInt(4) == 0;
            var message =
                    repeats ? messages.get(random.nextInt(messages.size())) : input(random, now);
            messages.add(message);
            inputs.add(new Input(message, new Cause(id(random), now)));
            now = now.plusMillis(random.nextInt(30_000));
        }
        return inputs;
    }

    /// A random event with any version, whether or not it fits a story.
    static TaskEvent anyEvent(Random random) {
        long version = random.nextInt(50);
        int attempt = random.nextInt(3);
        var moment = NOON.plusSeconds(random.nextInt(600));
        return switch (random.nextInt(12)) {
            case 0 ->
                    new TaskEvent.Submitted(
                            TASK,
                            version,
                            "ingest",
                            content(random),
                            INPUT,
                            terms(random, NOON),
                            maybe(random, moment),
                            maybe(random, moment),
                            after(random));
            case 1 ->
                    new TaskEvent.Started(
                            TASK, version, attempt, "worker-a", maybe(random, moment), null);
            case 2 -> new TaskEvent.Succeeded(TASK, version, attempt, content(random));
            case 3 -> new TaskEvent.Failed(TASK, version, attempt, FAILURE);
            case 4 ->
                    new TaskEvent.Queued(
                            TASK,
                            version,
                            attempt,
                            "ingest",
                            content(random),
                            terms(random, NOON),
                            maybe(random, moment));
            case 5 -> new TaskEvent.LeaseExtended(TASK, version, attempt, moment);
            case 6 -> new TaskEvent.AttemptFailed(TASK, version, attempt, FAILURE, moment);
            case 7 -> new TaskEvent.Cancelled(TASK, version, attempt, "not wanted any more");
            case 8 -> new TaskEvent.Expired(TASK, version, attempt, moment);
            case 9 -> new TaskEvent.Watched(TASK, version, OTHER);
            case 10 ->
                    new TaskEvent.DependencyEnded(
                            TASK,
                            version,
                            OTHER,
                            random.nextInt(3),
                            end(random),
                            random.nextInt(2),
                            maybe(random, moment));
            default ->
                    new TaskEvent.Refused(
                            TASK, version, "dev.millrace.task.submit", reason(random), "no");
        };
    }

    private static Message input(Random random, Instant now) {
        int attempt = random.nextInt(3) == 0 ? random.nextInt(5) : 1;
        var lease = Duration.ofSeconds(random.nextInt(40));
        return switch (random.nextInt(15)) {
            case 0, 1 ->
                    new TaskCommand.Submit(
                            TASK,
                            random.nextInt(4) == 0 ? "ingest" : "echo",
                            content(random),
                            random.nextInt(4) == 0 ? OTHER_INPUT : INPUT,
                            terms(random, now),
                            after(random));
            case 2, 3 ->
                    new TaskReport.Started(
                            TASK, attempt, null, worker(random), maybe(random, lease));
            case 4 -> new TaskReport.Succeeded(TASK, attempt, null, content(random));
            case 5, 6 -> new TaskReport.Failed(TASK, attempt, null, FAILURE, random.nextInt(4) > 0);
            case 7 ->
                    random.nextInt(3) == 0
                            ? new TaskReport.Released(TASK, attempt, null)
                            : new TaskReport.Heartbeat(TASK, attempt, null, lease);
            case 9 -> new TaskCommand.Watch(TASK, OTHER, random.nextInt(3));
            case 10, 11 ->
                    new TaskCommand.Settle(
                            TASK,
                            OTHER,
                            random.nextInt(3),
                            end(random),
                            maybe(random, content(random)));
            case 8 ->
                    random.nextInt(3) == 0
                            ? new TaskCommand.Cancel(TASK, "not wanted any more")
                            : wake(random, now);
            default -> wake(random, now);
        };
    }

    private static List<TaskId> after(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> List.of(OTHER);
            case 1 -> List.of(OTHER, ANOTHER);
            case 2 -> random.nextInt(8) == 0 ? List.of(TASK) : List.of();
            default -> List.of();
        };
    }

    private static Stage end(Random random) {
        return random.nextInt(4) > 0
                ? Stage.SUCCEEDED
                : List.of(Stage.FAILED, Stage.CANCELLED, Stage.EXPIRED, Stage.ABSENT)
                        .get(random.nextInt(4));
    }

    private static String worker(Random random) {
        return random.nextInt(4) == 0 ? "worker-b" : "worker-a";
    }

    private static Message wake(Random random, Instant now) {
        return new TaskCommand.Wake(TASK, now.plusSeconds(random.nextInt(60) - 50));
    }

    private static Terms terms(Random random, Instant now) {
        var retries =
                new Retries(
                        1 + random.nextInt(4),
                        Duration.ofMillis(1 + random.nextInt(5_000)),
                        Duration.ofMinutes(1),
                        random.nextInt(6) == 0 ? Set.of(FAILURE.code()) : Set.of());
        return new Terms(
                random.nextBoolean() ? Priority.HIGH : Priority.LOW,
                random.nextInt(3) == 0 ? now.plusSeconds(random.nextInt(60) - 10) : null,
                random.nextInt(3) == 0 ? now.plusSeconds(random.nextInt(600) - 20) : null,
                retries,
                null,
                policy(random),
                null,
                null);
    }

    private static <T> @Nullable T maybe(Random random, T value) {
        return random.nextBoolean() ? value : null;
    }

    private static UUID id(Random random) {
        long high = (random.nextLong() & ~0xF000L) | 0x8000L;
        long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low);
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

    private static DependencyPolicy policy(Random random) {
        var policies = DependencyPolicy.values();
        return policies[random.nextInt(policies.length)];
    }
}
