package dev.millrace.streams.views;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.Activity;
import dev.millrace.streams.views.fold.ActivityLog;
import dev.millrace.streams.views.fold.IndexEntry;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// The view `throughput`: what happened in each ten seconds of the last 24 hours in which anything
/// did, newest first, added up over the partitions. A row's key is the start of its span, in ISO
/// 8601.
record ThroughputView() implements View {

    @Override
    public ViewDescription description() {
        return ViewCatalogue.THROUGHPUT;
    }

    @Override
    public List<String> applied() {
        return List.of(ViewsTopology.TASKS_APPLIED, ViewsTopology.DOCUMENTS_APPLIED);
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var page = new Page(query, position(stores));
        page.count(() -> spans(query.tenant(), stores));
        var after = PageToken.placeIn(query);
        try (var scan = scan(after, !query.reversed(), stores)) {
            while (scan.hasNext() && !page.isFull()) {
                long start = ActivityLog.startSeconds(scan.peekKey());
                var sum = Activity.NONE;
                while (scan.hasNext() && ActivityLog.startSeconds(scan.peekKey()) == start) {
                    var part = scan.next();
                    if (ActivityLog.isOf(part.key(), query.tenant())) {
                        sum = sum.plus(part.value());
                    }
                }
                if (!sum.equals(Activity.NONE)) {
                    page.add(
                            sum.row(Instant.ofEpochSecond(start)).toString(),
                            IndexEntry.ordered(start));
                }
            }
            return page.done(scan.hasNext());
        }
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = position(stores);
        Instant start;
        try {
            start = Instant.parse(key);
        } catch (DateTimeException notATime) {
            return new ViewRow(key, null, position);
        }
        var sum = Activity.NONE;
        for (var store : stores(stores)) {
            var part = store.get(ActivityLog.key(start.getEpochSecond(), tenant));
            sum = part == null ? sum : sum.plus(part);
        }
        var json = sum.equals(Activity.NONE) ? null : sum.row(start).toString();
        return new ViewRow(key, json, position);
    }

    /* A span's keys go on with a tenant: the bare number is before all of them, and one with the last
     * character there is after all. */
    private static MergedScan<Activity> scan(
            @Nullable String after, boolean descending, ViewStores stores) {
        return descending
                ? MergedScan.descending(stores(stores), "", after == null ? "g" : after)
                : MergedScan.ascending(
                        stores(stores), after == null ? "" : after + Character.MAX_VALUE, "g");
    }

    private static RowCount spans(String tenant, ViewStores stores) {
        var starts = new HashSet<Long>();
        try (var scan = scan(null, false, stores)) {
            while (scan.hasNext()) {
                var key = scan.next().key();
                if (ActivityLog.isOf(key, tenant)) {
                    starts.add(ActivityLog.startSeconds(key));
                }
            }
        }
        return new RowCount(starts.size(), true);
    }

    private static List<ReadOnlyKeyValueStore<String, Activity>> stores(ViewStores stores) {
        var both =
                new ArrayList<ReadOnlyKeyValueStore<String, Activity>>(
                        stores.all(ViewsTopology.TASKS_ACTIVITY));
        both.addAll(stores.all(ViewsTopology.DOCUMENTS_ACTIVITY));
        return both;
    }

    private static Position position(ViewStores stores) {
        return stores.position(ViewsTopology.TASKS_APPLIED)
                .join(stores.position(ViewsTopology.DOCUMENTS_APPLIED));
    }
}
