package dev.millrace.gateway;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowField;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Views of fixed rows, one row a page, the token being the number of the next row. Wherever a
/// standby may answer, one does.
final class FakeViews implements Views {

    static final Position POSITION = Position.at("millrace.task-events", 0, 7);

    private final Map<String, List<String>> rows = new ConcurrentHashMap<>();
    private volatile @Nullable ViewQuery last;
    private volatile @Nullable RowQuery lastRow;
    private volatile @Nullable Throwable failure;
    private final Set<Position> readsAfter = new HashSet<>();
    private int reads;

    void put(String view, String... items) {
        rows.put(view, List.of(items));
    }

    void failWith(Throwable cause) {
        failure = cause;
    }

    /// Waits until a row was read so often.
    synchronized void awaitReads(int count) throws InterruptedException {
        while (reads < count) {
            wait();
        }
    }

    /// Waits until a row was read that is to be as it is after a position.
    synchronized void awaitReadAfter(Position position) throws InterruptedException {
        while (!readsAfter.contains(position)) {
            wait();
        }
    }

    /// Whether a row was read that is to be as it is after a position.
    synchronized boolean wasReadAfter(Position position) {
        return readsAfter.contains(position);
    }

    private synchronized void count(RowQuery query) {
        reads++;
        readsAfter.add(query.after());
        notifyAll();
    }

    @Nullable ViewQuery last() {
        return last;
    }

    @Nullable RowQuery lastRow() {
        return lastRow;
    }

    @Override
    public List<ViewDescription> describe() {
        return List.of(
                new ViewDescription(
                        "tasks",
                        "task id",
                        List.of("state", "kind"),
                        "All tasks.",
                        List.of(
                                new RowField("id", RowField.Type.ID, false, "The task."),
                                new RowField("state", RowField.Type.TEXT, false, "Its state."),
                                new RowField("due", RowField.Type.TIME, true, "When."),
                                new RowField("output", RowField.Type.ANY, true, "What it gave."))));
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        last = query;
        var cause = failure;
        if (cause != null) {
            return CompletableFuture.failedStage(cause);
        }
        var items = rows.get(query.view());
        if (items == null) {
            return CompletableFuture.failedStage(new UnknownView(query.view(), rows.keySet()));
        }
        if (query.filters().containsKey("colour")) {
            return CompletableFuture.failedStage(
                    new InvalidQuery("filter: colour (expected: state or kind)"));
        }
        var token = query.token();
        int from = token == null ? 0 : Integer.parseInt(token);
        int to = Math.min(items.size(), from + query.limit());
        return CompletableFuture.completedStage(
                new ViewPage(
                        items.subList(from, to),
                        to < items.size() ? Integer.toString(to) : null,
                        POSITION,
                        query.counted() ? new RowCount(items.size(), false) : null,
                        query.staleOk()));
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        lastRow = query;
        var key = query.key();
        var items = rows.get(query.view());
        if (items == null) {
            return CompletableFuture.failedStage(new UnknownView(query.view(), rows.keySet()));
        }
        var found = items.stream().filter(row -> row.contains("\"" + key + "\"")).findFirst();
        count(query);
        return CompletableFuture.completedStage(
                new ViewRow(key, found.orElse(null), POSITION, query.staleOk()));
    }
}
