package dev.millrace.gateway.diff;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.gateway.rows.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Holds the rows of a view as of two moments against each other, page by page: first those of the
/// later moment, for what was added or has changed, then those of the earlier, for what was
/// removed.
///
/// Both list their rows in the same order, and a page of one is read beside the page of the other
/// that goes on behind the same row, so that a row is hardly ever asked for by itself. A page looks
/// at [#MOST_PAGES] pages of rows at most, and may hold fewer changes than were asked for, or none,
/// without being the last. Blocks.
final class RowDiff {

    static final int MOST_PAGES = 20;

    private static final String LATER = "a.";
    private static final String EARLIER = "b.";

    private final String view;
    private final String tenant;
    private final Map<String, String> filters;
    private final Fields fields;
    private final Side before;
    private final Side after;
    private final List<String> items = new ArrayList<>();
    private Position position = Position.START;

    /// @param filters of the rows that have these values at either moment
    /// @param fields are compared and shown
    RowDiff(
            String view,
            String tenant,
            Map<String, String> filters,
            Fields fields,
            Side before,
            Side after) {
        this.view = view;
        this.tenant = tenant;
        this.filters = filters;
        this.fields = fields;
        this.before = before;
        this.after = after;
    }

    /// A page of changes.
    ///
    /// @param limit most of them
    /// @param token the `nextToken` of the page before; null for the first
    /// @throws InvalidQuery if the token is none
    ViewPage page(int limit, @Nullable String token) throws Exception {
        String next = token == null ? LATER : token;
        for (int pages = 0; next != null && pages < MOST_PAGES; pages++) {
            int room = limit - items.size();
            if (room < Math.max(1, limit / 2)) {
                break;
            }
            next =
                    switch (next.substring(0, Math.min(LATER.length(), next.length()))) {
                        case LATER -> later(room, inner(next));
                        case EARLIER -> earlier(room, inner(next));
                        default ->
                                throw new InvalidQuery(
                                        "token: not of this list (expected: the next_token of the"
                                                + " page before)");
                    };
        }
        return new ViewPage(items, next, position);
    }

    private static @Nullable String inner(String token) {
        return token.length() == LATER.length() ? null : token.substring(LATER.length());
    }

    /// Looks at rows of the later moment.
    ///
    /// @return where to go on
    private String later(int room, @Nullable String token) throws Exception {
        var page = list(after, room, token);
        position = page.position();
        var there = byKey(list(before, room, token));
        for (var row : page.items()) {
            var key = RowChange.keyOf(view, row);
            var was = there.get(key);
            add(key, was == null ? get(before, key) : was, row);
        }
        return page.nextToken() == null ? EARLIER : LATER + page.nextToken();
    }

    /// Looks at rows of the earlier moment.
    ///
    /// @return where to go on; null if that was all
    private @Nullable String earlier(int room, @Nullable String token) throws Exception {
        var page = list(before, room, token);
        var others = list(after, room, token);
        position = others.position();
        var there = byKey(others);
        for (var row : page.items()) {
            var key = RowChange.keyOf(view, row);
            if (!there.containsKey(key)) {
                var is = get(after, key);
                if (is == null || !RowChange.matches(is, filters)) {
                    add(key, row, is); // else it was among the others
                }
            }
        }
        return page.nextToken() == null ? null : EARLIER + page.nextToken();
    }

    private void add(String key, @Nullable String was, @Nullable String is) {
        var change =
                new RowChange(
                        key,
                        was == null ? null : fields.of(was),
                        is == null ? null : fields.of(is));
        if (!change.isNone()) {
            items.add(change.json());
        }
    }

    private Map<String, String> byKey(ViewPage page) {
        var rows = new HashMap<String, String>();
        page.items().forEach(row -> rows.put(RowChange.keyOf(view, row), row));
        return rows;
    }

    private ViewPage list(Side side, int limit, @Nullable String token) throws Exception {
        return done(side.list(new ViewQuery(view, tenant, filters, limit, token)));
    }

    private @Nullable String get(Side side, String key) throws Exception {
        return done(side.get(new RowQuery(view, tenant, key))).json();
    }

    private static <T> T done(CompletionStage<T> answer) throws Exception {
        return answer.toCompletableFuture().get();
    }
}
