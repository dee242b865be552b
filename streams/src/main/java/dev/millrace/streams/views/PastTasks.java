package dev.millrace.streams.views;

import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.HistoryItem;
import dev.millrace.streams.views.fold.IndexEntry;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.TaskRow;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.UUID;

/// Rows of the view `tasks` as they were: folded from the beginning of the task's history.
final class PastTasks {

    private PastTasks() {}

    /// A task as it was at a moment; no row if it was not submitted yet.
    ///
    /// @throws InvalidQuery if the moment is an event that is not in the task's history
    static ViewRow get(RowQuery query, Moment asOf, ViewStores stores) {
        if (asOf instanceof Moment.Place(var place)) {
            check(place);
        }
        var position = stores.position(ViewsTopology.TASKS_APPLIED);
        TaskRow row = null;
        boolean isOver = false;
        var prefix = IndexEntry.prefix(query.tenant(), query.key());
        var items = stores.<HistoryItem>all(ViewsTopology.TASK_HISTORY);
        try (var scan = MergedScan.list(items, prefix, null, false)) {
            while (scan.hasNext() && !isOver) {
                var item = scan.next().value();
                if (!isBy(item, asOf)) {
                    break;
                }
                row = TaskRow.after(row, query.tenant(), query.key(), item);
                isOver = asOf instanceof Moment.Event(UUID id) && item.id().equals(id.toString());
            }
        }
        if (asOf instanceof Moment.Event(UUID id) && !isOver) {
            throw new InvalidQuery(
                    "as_of: %s (expected: an event in the history of task %s)"
                            .formatted(id, query.key()));
        }
        return new ViewRow(query.key(), row == null ? null : Json.text(row), position);
    }

    /// A position elsewhere would be before all that ever happened to any task.
    private static void check(Position place) {
        var topics = ViewsTopology.topics(ViewsTopology.TASKS_APPLIED);
        for (var partition : place.offsets().keySet()) {
            if (!topics.contains(LogPartition.parse(partition).topic())) {
                throw new InvalidQuery(
                        "as_of: %s (expected: a position in %s)".formatted(partition, topics));
            }
        }
    }

    /// Whether an event had happened by then; before one event, all may have that are asked first.
    private static boolean isBy(HistoryItem item, Moment moment) {
        return switch (moment) {
            case Moment.Time(var time) -> !item.time().isAfter(time);
            case Moment.Place(var position) ->
                    item.offset() <= position.offset(item.topic(), item.partition());
            case Moment.Event _ -> true;
        };
    }
}
