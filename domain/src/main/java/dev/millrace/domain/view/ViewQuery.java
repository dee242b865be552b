package dev.millrace.domain.view;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What to list of a view.
///
/// @param tenant whose rows
/// @param filters value by name, for instance `state` → `failed`; `task-history` requires `task`
/// @param reversed whether the rows come in the order opposite to the view's own
/// @param counted whether to say how many rows the filters find
/// @param limit most rows in the page, 1 to 1,000
/// @param token the `nextToken` of the page before; null for the first
/// @param after read no earlier than the view has come to this position, the token of a write;
///   [Position#START] for at once
/// @param staleOk whether standbys may answer for owners of rows that cannot
public record ViewQuery(
        String view,
        String tenant,
        Map<String, String> filters,
        boolean reversed,
        boolean counted,
        int limit,
        @Nullable String token,
        Position after,
        boolean staleOk) {

    /// The most rows a page may hold.
    public static final int MAX_LIMIT = 1000;

    public ViewQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1..1000)");
        }
        filters = Map.copyOf(filters);
    }

    /// Rows as their owners have them.
    public ViewQuery(
            String view,
            String tenant,
            Map<String, String> filters,
            boolean reversed,
            boolean counted,
            int limit,
            @Nullable String token,
            Position after) {
        this(view, tenant, filters, reversed, counted, limit, token, after, false);
    }

    /// Rows in the view's own order, at once and uncounted.
    public ViewQuery(
            String view,
            String tenant,
            Map<String, String> filters,
            int limit,
            @Nullable String token) {
        this(view, tenant, filters, false, false, limit, token, Position.START);
    }

    /// The same, after another position.
    public ViewQuery after(Position position) {
        return new ViewQuery(
                view, tenant, filters, reversed, counted, limit, token, position, staleOk);
    }
}
