package dev.millrace.streams.views;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.views.fold.HistoryItem;
import dev.millrace.streams.views.fold.IndexEntry;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.List;
import java.util.OptionalInt;

/// The view `task-history`: the events of one task in the order of their versions.
///
/// A row's key is `<task>:<version>`.
record HistoryView() implements View {

    @Override
    public ViewDescription description() {
        return ViewCatalogue.TASK_HISTORY;
    }

    @Override
    public List<String> applied() {
        return List.of(ViewsTopology.TASKS_APPLIED);
    }

    @Override
    public OptionalInt partition(String key, int partitions) {
        int colon = key.lastIndexOf(':');
        return colon < 0 ? OptionalInt.empty() : ofTask(key.substring(0, colon), partitions);
    }

    @Override
    public OptionalInt partition(ViewQuery query, int partitions) {
        var task = query.filters().get("task");
        return task == null ? OptionalInt.empty() : ofTask(task(task).toString(), partitions);
    }

    private static OptionalInt ofTask(String task, int partitions) {
        return OptionalInt.of(Topics.TASK_EVENTS.partition(task, partitions));
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var task = query.filters().get("task");
        if (task == null) {
            throw new InvalidQuery("filter: task is missing (expected: a task id)");
        }
        var page = new Page(query, stores.position(ViewsTopology.TASKS_APPLIED));
        var prefix = IndexEntry.prefix(query.tenant(), task(task).toString());
        var after = PageToken.placeIn(query);
        var items = stores.<HistoryItem>all(ViewsTopology.TASK_HISTORY);
        page.count(() -> MergedScan.count(items, prefix));
        try (var scan = MergedScan.list(items, prefix, after, query.reversed())) {
            while (scan.hasNext() && !page.isFull()) {
                var item = scan.next();
                var place = item.key().substring(prefix.length());
                if (!place.equals(after)) {
                    page.add(Json.text(item.value()), place);
                }
            }
            return page.done(scan.hasNext());
        }
    }

    private static TaskId task(String text) {
        try {
            return TaskId.parse(text);
        } catch (IllegalArgumentException notAnId) {
            throw new InvalidQuery("filter: task=" + text + " (expected: a task id)");
        }
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = stores.position(ViewsTopology.TASKS_APPLIED);
        int colon = key.lastIndexOf(':');
        var version = key.substring(colon + 1);
        if (colon < 0 || !version.matches("[0-9]{1,18}")) {
            return new ViewRow(key, null, position);
        }
        var stored =
                IndexEntry.prefix(tenant, key.substring(0, colon))
                        + IndexEntry.ordered(Long.parseLong(version));
        for (var store : stores.<HistoryItem>all(ViewsTopology.TASK_HISTORY)) {
            var item = store.get(stored);
            if (item != null) {
                return new ViewRow(key, Json.text(item), position);
            }
        }
        return new ViewRow(key, null, position);
    }
}
