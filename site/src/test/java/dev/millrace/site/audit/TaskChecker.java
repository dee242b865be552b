package dev.millrace.site.audit;

import static org.awaitility.Awaitility.await;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the log alone, and says what of the promises about tasks does not hold: one outcome for
/// each command and report, versions without a gap, one end, no attempt in two hands at once.
public final class TaskChecker {

    private final String bootstrapServers;
    private final EventSerdes serdes;

    public TaskChecker(String bootstrapServers, URI registry) {
        this.bootstrapServers = bootstrapServers;
        this.serdes = new EventSerdes(new ConfluentSchemaStore(registry));
    }

    /// Waits until the tasks have ended, as the log has it.
    public void awaitEnded(Set<TaskId> tasks, Duration patience) {
        await("every task ends")
                .atMost(patience)
                .pollInterval(Duration.ofSeconds(5))
                .until(
                        () -> {
                            var open = new HashSet<>(tasks);
                            for (var event : events()) {
                                if (isEnd(event.message())) {
                                    open.remove(event.message().task());
                                }
                            }
                            return open.size();
                        },
                        open -> open == 0);
    }

    /// How many events of each type there are.
    public Map<String, Integer> counts() {
        var counts = new TreeMap<String, Integer>();
        for (var event : events()) {
            var type = event.message().type();
            var name =
                    event.message() instanceof TaskEvent.Refused refused
                            ? "refused " + refused.reason().wireName()
                            : type.substring(type.lastIndexOf('.') + 1);
            counts.merge(name, 1, Integer::sum);
        }
        return counts;
    }

    /// Everything that does not hold, as sentences.
    ///
    /// @param accepted the tasks that clients were told are accepted
    public List<String> violations(Set<TaskId> accepted) {
        var log = LogCopy.of(bootstrapServers, serdes);
        var found = new ArrayList<String>();
        OutcomeCheck.of(log).forEach(violation -> found.add(violation.toString()));
        var stories = new HashMap<TaskId, List<Logged<TaskEvent>>>();
        for (var event : log.of(Topics.TASK_EVENTS)) {
            stories.computeIfAbsent(event.message().task(), _ -> new ArrayList<>()).add(event);
        }
        for (var task : accepted) {
            if (!stories.containsKey(task)) {
                found.add("task %s was accepted and is not in the log".formatted(task));
            }
        }
        stories.forEach((task, story) -> {
            found.addAll(ends(task, story));
            found.addAll(hands(task, story));
        });
        return found;
    }

    /// What is wrong with the end of a task: it has one, and nothing but refusals after it.
    static List<String> ends(TaskId task, List<Logged<TaskEvent>> story) {
        var found = new ArrayList<String>();
        int ends = 0;
        for (var event : story) {
            if (ends > 0 && !(event.message() instanceof TaskEvent.Refused)) {
                found.add("task %s: %s after its end".formatted(task, event.message().type()));
            }
            ends += isEnd(event.message()) ? 1 : 0;
        }
        if (ends != 1) {
            found.add("task %s ended %d times".formatted(task, ends));
        }
        return found;
    }

    /// In the log's view an attempt is in one worker's hands until it ends, is given back, or its
    /// lease is over.
    static List<String> hands(TaskId task, List<Logged<TaskEvent>> story) {
        var found = new ArrayList<String>();
        @Nullable String holder = null;
        int attempt = 0;
        Instant leaseEnds = Instant.MIN;
        for (var event : story) {
            switch (event.message()) {
                case TaskEvent.Started started -> {
                    if (holder != null
                            && started.attempt() == attempt
                            && !holder.equals(started.worker())
                            && Instant.ofEpochMilli(event.timestamp()).isBefore(leaseEnds)) {
                        found.add(
                                "task %s: attempt %d in the hands of %s and %s"
                                        .formatted(task, attempt, holder, started.worker()));
                    }
                    holder = started.worker();
                    attempt = started.attempt();
                    leaseEnds = started.leaseEnds() == null ? Instant.MAX : started.leaseEnds();
                }
                case TaskEvent.LeaseExtended extended -> leaseEnds = extended.leaseEnds();
                case TaskEvent.Queued _, TaskEvent.AttemptFailed _ -> holder = null;
                default -> {}
            }
        }
        return found;
    }

    private List<Logged<TaskEvent>> events() {
        return LogCopy.of(bootstrapServers, serdes).of(Topics.TASK_EVENTS);
    }

    static boolean isEnd(TaskEvent event) {
        return event instanceof TaskEvent.Succeeded
                || event instanceof TaskEvent.Failed
                || event instanceof TaskEvent.Cancelled
                || event instanceof TaskEvent.Expired;
    }
}
