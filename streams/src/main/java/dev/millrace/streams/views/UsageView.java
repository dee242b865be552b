package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import dev.millrace.streams.views.tally.Tally;
import dev.millrace.streams.views.tally.UsageKey;
import dev.millrace.streams.views.tally.Used;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The view `usage`: what was done of each actor's tasks of a kind on a day, the newest day first,
/// added up over the partitions. A row's key is `<day>:<kind>:<proof>:<actor>`.
record UsageView() implements View {

    @Override
    public ViewDescription description() {
        return ViewCatalogue.USAGE;
    }

    @Override
    public List<String> applied() {
        return List.of(ViewsTopology.TASKS_APPLIED);
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var page = new Page(query, stores.position(ViewsTopology.TASKS_APPLIED));
        page.count(() -> rows(query, stores));
        var after = PageToken.placeIn(query);
        int start = UsageKey.prefix(query.tenant()).length();
        try (var scan = scan(query, after, stores)) {
            while (scan.hasNext() && !page.isFull()) {
                var stored = scan.peekKey();
                var sum = sum(scan);
                var place = stored.substring(start);
                var key = UsageKey.parse(stored);
                if (key.matches(query.filters()) && !place.equals(after)) {
                    page.add(row(key, sum), place);
                }
            }
            return page.done(scan.hasNext());
        }
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = stores.position(ViewsTopology.TASKS_APPLIED);
        var wanted = UsageKey.ofRow(key);
        if (wanted == null) {
            return new ViewRow(key, null, position);
        }
        var sum = Used.NONE;
        for (var store : stores.<Tally>all(ViewsTopology.TASKS_TALLIES)) {
            sum = store.get(wanted.stored(tenant)) instanceof Used part ? sum.plus(part) : sum;
        }
        return new ViewRow(key, sum.equals(Used.NONE) ? null : row(wanted, sum), position);
    }

    /// @param after the place to go on from, which is met once more; null from the beginning
    private static MergedScan<Tally> scan(
            ViewQuery query, @Nullable String after, ViewStores stores) {
        var all = UsageKey.prefix(query.tenant());
        var day = query.filters().get("day");
        var prefix = day == null ? all : UsageKey.prefix(query.tenant(), day);
        var tallies = stores.<Tally>all(ViewsTopology.TASKS_TALLIES);
        return query.reversed()
                ? MergedScan.ascending(tallies, after == null ? prefix : all + after, prefix + "~")
                : MergedScan.descending(
                        tallies, prefix, after == null ? prefix + "~" : all + after);
    }

    /// The parts of the row that comes next.
    private static Used sum(MergedScan<Tally> scan) {
        var key = scan.peekKey();
        var sum = Used.NONE;
        while (scan.hasNext() && scan.peekKey().equals(key)) {
            sum = scan.next().value() instanceof Used part ? sum.plus(part) : sum;
        }
        return sum;
    }

    private static RowCount rows(ViewQuery query, ViewStores stores) {
        long rows = 0;
        try (var scan = scan(query, null, stores)) {
            while (scan.hasNext()) {
                if (rows == MergedScan.MOST_COUNTED) {
                    return new RowCount(rows, false);
                }
                rows += matches(scan.peekKey(), query.filters()) ? 1 : 0;
                var _ = sum(scan);
            }
        }
        return new RowCount(rows, true);
    }

    private static boolean matches(String stored, Map<String, String> filters) {
        return filters.isEmpty() || UsageKey.parse(stored).matches(filters);
    }

    private static String row(UsageKey key, Used sum) {
        return Json.object()
                .put("day", key.day())
                .put("kind", key.kind())
                .put("actor", key.actor())
                .put("proof", key.proof())
                .put("submitted", sum.submitted())
                .put("attempts", sum.attempts())
                .put("succeeded", sum.succeeded())
                .put("failed", sum.failed())
                .put("cancelled", sum.cancelled())
                .put("expired", sum.expired())
                .put("seconds", sum.micros() / 1e6)
                .toString();
    }
}
