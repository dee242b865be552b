package dev.millrace.streams.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.streams.views.fold.HistoryItem;
import dev.millrace.streams.views.fold.IndexEntry;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.TaskRow;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What has become of one task, event by event: folded from the history that a replay has of it.
final class TaskSteps {

    private TaskSteps() {}

    /// A page of steps. Its cost grows with the length of the history before it, too.
    ///
    /// @param position how far the stores had come at least
    /// @throws InvalidQuery if the token is none
    static ViewPage page(
            ShadowStores stores,
            String tenant,
            String task,
            Position position,
            int limit,
            @Nullable String token) {
        long after = token == null ? 0 : version(token);
        var steps = new ArrayList<String>();
        TaskRow row = null;
        var prefix = IndexEntry.prefix(tenant, task);
        for (int partition = 0; partition < stores.partitions(); partition++) {
            var history = stores.<HistoryItem>store(ViewsTopology.TASK_HISTORY, partition);
            try (var events = history.range(prefix, prefix + "g")) {
                while (events.hasNext()) {
                    var event = events.next().value;
                    if (steps.size() == limit) {
                        var next = Long.toString(event.version() - 1);
                        return new ViewPage(steps, next, position);
                    }
                    var before = row;
                    row = TaskRow.after(before, tenant, task, event);
                    if (event.version() > after) {
                        steps.add(step(event, before, row));
                    }
                }
            }
        }
        return new ViewPage(steps, null, position);
    }

    private static long version(String token) {
        if (!token.matches("[0-9]{1,18}")) {
            throw new InvalidQuery(
                    "token: not of this list (expected: the next_token of the page before)");
        }
        return Long.parseLong(token);
    }

    private static String step(
            HistoryItem event, @Nullable TaskRow before, @Nullable TaskRow after) {
        var now = after == null ? null : Json.tree(after);
        var step = Json.object();
        step.set("event", Json.tree(event));
        step.set("row", now);
        var changed = step.putArray("changed");
        changed(before == null ? null : Json.tree(before), now).forEach(changed::add);
        return step.toString();
    }

    private static List<String> changed(@Nullable JsonNode before, @Nullable JsonNode after) {
        var names = new TreeSet<String>();
        if (after != null) {
            for (Iterator<String> name = after.fieldNames(); name.hasNext(); ) {
                var field = name.next();
                var was = before == null ? null : before.get(field);
                if (!Objects.equals(was, after.get(field))) {
                    names.add(field);
                }
            }
        }
        return List.copyOf(names);
    }
}
