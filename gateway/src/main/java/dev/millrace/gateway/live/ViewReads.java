package dev.millrace.gateway.live;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.util.concurrent.CompletableFuture;

/// Reads views for all streams of a gateway. Safe for use by many threads.
final class ViewReads {

    private static final int OVERHEAD_CHARACTERS = 256;

    private final Views views;
    private final SharedReads<RowQuery, ViewRow> rows;
    private final SharedReads<ViewQuery, ViewPage> lists;

    ViewReads(Views views) {
        this.views = views;
        this.rows =
                new SharedReads<>(
                        (query, after) -> views.get(after(query, after)),
                        ViewRow::position,
                        ViewReads::size);
        this.lists =
                new SharedReads<>(
                        (query, after) -> views.list(after(query, after)),
                        ViewPage::position,
                        ViewReads::size);
    }

    /// A row, once the view has come to a position, as others may have read it since.
    CompletableFuture<ViewRow> row(RowQuery query, Position after) {
        return rows.ask(query, after);
    }

    /// The same, read now.
    CompletableFuture<ViewRow> get(RowQuery query, Position after) {
        return views.get(after(query, after)).toCompletableFuture();
    }

    /// A list, once the view has come to a position, as others may have read it since.
    CompletableFuture<ViewPage> list(ViewQuery query, Position after) {
        return lists.ask(query, after);
    }

    /// The same, read now.
    CompletableFuture<ViewPage> page(ViewQuery query, Position after) {
        return views.list(after(query, after)).toCompletableFuture();
    }

    private static RowQuery after(RowQuery query, Position after) {
        return new RowQuery(query.view(), query.tenant(), query.key(), after, query.asOf());
    }

    private static ViewQuery after(ViewQuery query, Position after) {
        return new ViewQuery(
                query.view(),
                query.tenant(),
                query.filters(),
                query.reversed(),
                query.counted(),
                query.limit(),
                query.token(),
                after);
    }

    private static int size(ViewRow row) {
        var json = row.json();
        return OVERHEAD_CHARACTERS + (json == null ? 0 : json.length());
    }

    private static int size(ViewPage page) {
        return OVERHEAD_CHARACTERS + page.items().stream().mapToInt(String::length).sum();
    }
}
