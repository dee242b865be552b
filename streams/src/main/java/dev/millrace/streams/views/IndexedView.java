package dev.millrace.streams.views;

import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.views.fold.Document;
import dev.millrace.streams.views.fold.IndexEntry;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.TaskRow;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// A view of rows by id, listed newest first by time of creation and id.
///
/// @param topic whose keys are those of the rows, and say which partition each is in
/// @param rows the store of rows
/// @param index the store that says which rows a list shows, in its order
/// @param appliedStore the store of applied offsets
/// @param entry where a row stands; null for one that is not shown yet
/// @param json the row as it is shown
record IndexedView<R>(
        ViewDescription description,
        Topic<?> topic,
        String rows,
        String index,
        String appliedStore,
        Function<R, @Nullable IndexEntry> entry,
        Function<R, String> json,
        Counts counts,
        Past past)
        implements View {

    /* Rows in memory before they are shown: each may be large. */
    private static final int MOST_AT_ONCE = 100;

    /// All that is known of every task.
    static IndexedView<TaskRow> tasks() {
        return new IndexedView<>(
                ViewCatalogue.TASKS,
                Topics.TASK_EVENTS,
                ViewsTopology.TASKS,
                ViewsTopology.TASKS_INDEX,
                ViewsTopology.TASKS_APPLIED,
                TaskRow::entry,
                Json::text,
                CountsView::tasks,
                PastTasks::get);
    }

    /// All that is known of every document.
    static IndexedView<Document> documents() {
        return new IndexedView<>(
                ViewCatalogue.DOCUMENTS,
                Topics.DOCUMENTS,
                ViewsTopology.DOCUMENTS,
                ViewsTopology.DOCUMENTS_INDEX,
                ViewsTopology.DOCUMENTS_APPLIED,
                Document::entry,
                document -> String.valueOf(document.row()),
                (query, stores) -> null,
                NO_PAST);
    }

    /// Knows how many rows a list has without counting them.
    @FunctionalInterface
    interface Counts {
        /// How many; null if it does not know.
        @Nullable Long of(ViewQuery query, ViewStores stores);
    }

    /// Knows rows as they were.
    @FunctionalInterface
    interface Past {
        ViewRow get(RowQuery query, Moment asOf, ViewStores stores);
    }

    private static final Past NO_PAST =
            (query, _, _) -> {
                throw View.withoutPast(query.view());
            };

    @Override
    public List<String> applied() {
        return List.of(appliedStore);
    }

    @Override
    public OptionalInt partition(String key, int partitions) {
        return OptionalInt.of(topic.partition(key, partitions));
    }

    @Override
    public ViewRow get(RowQuery query, Moment asOf, ViewStores stores) {
        return past.get(query, asOf, stores);
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var page = new Page(query, stores.position(appliedStore));
        var prefix = IndexEntry.prefix(query.tenant(), query.filters());
        var after = PageToken.placeIn(query);
        var rowStores = stores.<R>all(rows);
        var indexStores = stores.<String>all(index);
        page.count(() -> {
            var known = counts.of(query, stores);
            return known == null
                    ? MergedScan.count(indexStores, prefix)
                    : new RowCount(known, true);
        });
        try (var scan = MergedScan.list(indexStores, prefix, after, !query.reversed())) {
            while (scan.hasNext() && !page.isFull()) {
                for (var shown : rows(scan, page.room(), after, prefix.length(), rowStores)) {
                    if (page.isFull()) {
                        return page.done(true);
                    }
                    var current = entry.apply(shown.row);
                    if (current != null && current.matches(query.filters())) {
                        page.add(json.apply(shown.row), shown.place);
                    }
                }
            }
            return page.done(scan.hasNext());
        }
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = stores.position(appliedStore);
        for (var store : stores.<R>all(rows)) {
            var row = store.get(key);
            var current = row == null ? null : entry.apply(row);
            if (row != null && current != null && current.tenant().equals(tenant)) {
                return new ViewRow(key, json.apply(row), position);
            }
        }
        return new ViewRow(key, null, position);
    }

    /// The rows of the next entries, each partition asked once.
    ///
    /// @param room most entries
    private static <R> List<Shown<R>> rows(
            MergedScan<String> scan,
            int room,
            @Nullable String after,
            int prefix,
            List<ReadOnlyKeyValueStore<String, R>> stores) {
        var entries = new ArrayList<MergedScan.Entry<String>>();
        var wanted = new HashMap<Integer, List<String>>();
        while (scan.hasNext() && entries.size() < Math.min(room, MOST_AT_ONCE)) {
            var next = scan.next();
            if (!next.key().substring(prefix).equals(after)) {
                entries.add(next);
                wanted.computeIfAbsent(next.store(), _ -> new ArrayList<>()).add(next.value());
            }
        }
        var found = new HashMap<Integer, Map<String, R>>();
        wanted.forEach(
                (store, keys) -> found.put(store, ViewStores.getAll(stores.get(store), keys)));
        var rows = new ArrayList<Shown<R>>();
        for (var next : entries) {
            var row = found.getOrDefault(next.store(), Map.of()).get(next.value());
            if (row != null) {
                rows.add(new Shown<>(next.key().substring(prefix), row));
            }
        }
        return rows;
    }

    private record Shown<R>(String place, R row) {}
}
