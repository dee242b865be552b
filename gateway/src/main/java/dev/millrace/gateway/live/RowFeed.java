package dev.millrace.gateway.live;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.RowTouch;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.rows.Fields;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The rows that one client follows: how they are read, and which of them an event touches.
/// Immutable.
///
/// @param key of the only row that is asked for; null for all that the filters take
record RowFeed(
        ViewReads reads,
        FollowedView view,
        String tenant,
        Map<String, String> filters,
        boolean isReversed,
        Fields fields,
        @Nullable String key) {

    /// Rows in a page of the picture that a stream begins with.
    static final int PAGE_ROWS = 50;

    private static final String STATE = "state";

    RowFeed {
        filters = Map.copyOf(filters);
    }

    /// A row as it is now.
    ///
    /// @param json as it is shown; null if it is not there, or not asked for
    record Row(String key, @Nullable String json) {}

    /// Rows, and how they go on.
    ///
    /// @param next the token of the next page; null after the last
    record Rows(List<Row> rows, @Nullable String next, Position position) {}

    /// A page of the picture.
    CompletableFuture<Rows> page(@Nullable String token, Position after) {
        var wanted = key;
        return wanted == null
                ? reads.page(list(token), after).thenApply(this::shown)
                : reads.get(query(wanted), after)
                        .thenApply(row -> new Rows(List.of(shown(row)), null, row.position()));
    }

    /// All rows of a view that sums up, once it has come to a position.
    CompletableFuture<Rows> all(Position after) {
        return reads.list(list(null), after).thenApply(this::shown);
    }

    private ViewQuery list(@Nullable String token) {
        int limit = view.isSummary() ? ViewQuery.MAX_LIMIT : PAGE_ROWS;
        return new ViewQuery(
                view.view(), tenant, filters, isReversed, false, limit, token, Position.START);
    }

    private Rows shown(ViewPage page) {
        var rows =
                page.items().stream()
                        .map(json ->
                                new Row(view.key(new JsonObject(json), filters), fields.of(json)))
                        .toList();
        return new Rows(rows, page.nextToken(), page.position());
    }

    /// A row, once the view has come to a position.
    CompletableFuture<Row> read(String row, Position after) {
        return reads.row(query(row), after).thenApply(this::shown);
    }

    private RowQuery query(String row) {
        return new RowQuery(view.view(), tenant, row);
    }

    private Row shown(ViewRow row) {
        var json = row.json();
        return new Row(row.key(), json == null || !fits(json) ? null : fields.of(json));
    }

    private boolean fits(String json) {
        if (filters.isEmpty() || key != null) {
            return true;
        }
        var row = new JsonObject(json);
        return filters.entrySet().stream()
                .filter(filter -> !view.places().contains(filter.getKey()))
                .allMatch(filter -> filter.getValue().equals(row.getValue(filter.getKey())));
    }

    /// What an event may have changed of the rows that are asked for; null if it is nothing.
    @Nullable RowTouch touch(LoggedEvent event) {
        var envelope = event.envelope();
        var touch = envelope == null ? null : RowTouch.of(view.view(), envelope.messageOrNull());
        if (touch == null) {
            return null;
        }
        var only = key;
        if (only != null) {
            boolean isIt = touch.key().equals(only) || touch.key().equals(RowTouch.ALL);
            return isIt ? new RowTouch(only, touch.left()) : null;
        }
        return view.isOf(touch.key(), filters) ? touch : null;
    }

    /// Whether a touched row that is not shown now may have been shown before.
    boolean mayHaveGone(RowTouch touch) {
        if (view.isSummary()) {
            return true;
        }
        var state = filters.get(STATE);
        return state != null && touch.left().contains(state);
    }
}
