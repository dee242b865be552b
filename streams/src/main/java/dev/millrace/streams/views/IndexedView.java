package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.Document;
import dev.millrace.streams.views.fold.IndexEntry;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.TaskRow;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A view of rows by id, listed newest first by time of creation and id.
///
/// @param rows the store of rows
/// @param index the store that says which rows a list shows, in its order
/// @param applied the store of applied offsets
/// @param entry where a row stands; null for one that is not shown yet
/// @param json the row as it is shown
record IndexedView<R>(
        ViewDescription description,
        String rows,
        String index,
        String applied,
        Function<R, @Nullable IndexEntry> entry,
        Function<R, String> json)
        implements View {

    /// All that is known of every task.
    static IndexedView<TaskRow> tasks() {
        return new IndexedView<>(
                new ViewDescription(
                        "tasks",
                        "task id",
                        List.of("state", "kind"),
                        "Every task with its state, newest first."),
                ViewsTopology.TASKS,
                ViewsTopology.TASKS_INDEX,
                ViewsTopology.TASKS_APPLIED,
                TaskRow::entry,
                Json::text);
    }

    /// All that is known of every document.
    static IndexedView<Document> documents() {
        return new IndexedView<>(
                new ViewDescription(
                        "documents",
                        "document id",
                        List.of("state", "name"),
                        "Every document with how far it has come, newest first."),
                ViewsTopology.DOCUMENTS,
                ViewsTopology.DOCUMENTS_INDEX,
                ViewsTopology.DOCUMENTS_APPLIED,
                Document::entry,
                document -> String.valueOf(document.row()));
    }

    @Override
    public ViewPage list(ViewQuery query, LocalStores stores) {
        var page = new Page(query, stores.position(applied));
        var prefix = IndexEntry.prefix(query.tenant(), query.filters());
        var after = PageToken.placeIn(query.token(), query.view());
        var rowStores = stores.<R>all(rows);
        try (var scan =
                MergedScan.descending(
                        stores.<String>all(index),
                        prefix,
                        prefix + (after == null ? "g" : after))) {
            while (scan.hasNext() && !page.isFull()) {
                var found = scan.next();
                var place = found.key().substring(prefix.length());
                var row =
                        place.equals(after)
                                ? null
                                : rowStores.get(found.store()).get(found.value());
                var current = row == null ? null : entry.apply(row);
                if (row != null && current != null && current.matches(query.filters())) {
                    page.add(json.apply(row), place);
                }
            }
            return page.done(scan.hasNext());
        }
    }

    @Override
    public ViewRow get(String tenant, String key, LocalStores stores) {
        var position = stores.position(applied);
        for (var store : stores.<R>all(rows)) {
            var row = store.get(key);
            var current = row == null ? null : entry.apply(row);
            if (row != null && current != null && current.tenant().equals(tenant)) {
                return new ViewRow(key, json.apply(row), position);
            }
        }
        return new ViewRow(key, null, position);
    }
}
