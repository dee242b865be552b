package dev.millrace.site;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// Tasks with a number each, counted from 0 in the order of their creation.
public final class NumberedTasks {

    private NumberedTasks() {}

    public static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + task));
    }

    /// The ids of the first tasks, as the view lists them.
    static List<String> newestFirst(int tasks) {
        return IntStream.range(0, tasks)
                .map(task -> tasks - 1 - task)
                .mapToObj(task -> id(task).toString())
                .toList();
    }

    /// The event that a task begins with.
    public static TaskEvent submitted(int task) {
        return new TaskEvent.Submitted(
                id(task),
                1,
                "ingest",
                new Content.Inline("{}"),
                Digest.of("{}"),
                Terms.DEFAULT,
                null,
                null,
                List.of());
    }
}
