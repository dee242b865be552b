package dev.millrace.streams.views;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import dev.millrace.streams.views.tally.Embedded;
import dev.millrace.streams.views.tally.Lapse;
import dev.millrace.streams.views.tally.Tally;
import dev.millrace.streams.views.tally.Worked;
import dev.millrace.streams.views.tally.WorkerKey;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The view `workers`: what each worker did of tasks and embedded of chunks, added up over the
/// partitions of both folds, by name.
record WorkersView() implements View {

    @Override
    public ViewDescription description() {
        return ViewCatalogue.WORKERS;
    }

    @Override
    public List<String> applied() {
        return List.of(ViewsTopology.TASKS_APPLIED, ViewsTopology.DOCUMENTS_APPLIED);
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var position = KafkaStreamsViews.position(applied(), stores);
        var kind = query.filters().get("kind");
        var rows = new TreeMap<String, String>();
        workers(WorkerKey.prefix(query.tenant()), stores)
                .forEach((name, worker) -> {
                    if (kind == null || worker.kinds.contains(kind)) {
                        rows.put(name, worker.row(name));
                    }
                });
        return SummedRows.page(query, position, rows);
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = KafkaStreamsViews.position(applied(), stores);
        var worker = workers(WorkerKey.prefix(tenant, key), stores).get(key);
        return new ViewRow(key, worker == null ? null : worker.row(key), position);
    }

    private static SortedMap<String, Worker> workers(String prefix, ViewStores stores) {
        var workers = new TreeMap<String, Worker>();
        for (var name : List.of(ViewsTopology.TASKS_TALLIES, ViewsTopology.DOCUMENTS_TALLIES)) {
            for (var store : stores.<Tally>all(name)) {
                try (var entries = store.range(prefix, prefix + "~")) {
                    while (entries.hasNext()) {
                        var entry = entries.next();
                        var key = WorkerKey.parse(entry.key);
                        workers.computeIfAbsent(key.worker(), _ -> new Worker())
                                .add(key, entry.value);
                    }
                }
            }
        }
        return workers;
    }

    /// One worker, as far as it is added up.
    private static final class Worker {

        private final SortedSet<String> kinds = new TreeSet<>();
        private @Nullable Worked sum;
        private long chunks;

        void add(WorkerKey key, Tally tally) {
            if (tally instanceof Worked worked) {
                kinds.add(key.part(0));
                add(worked);
            } else if (tally instanceof Embedded embedded) {
                chunks += embedded.chunks();
                add(Worked.seen(embedded.first()).plus(Worked.seen(embedded.last())));
            }
        }

        private void add(Worked worked) {
            sum = sum == null ? worked : sum.plus(worked);
        }

        String row(String name) {
            var all = sum;
            if (all == null) {
                throw new IllegalStateException("worker: nothing is added up");
            }
            var row = Json.object().put("name", name);
            var list = row.putArray("kinds");
            kinds.forEach(list::add);
            row.put("started", all.started())
                    .put("succeeded", all.succeeded())
                    .put("failed", all.failed())
                    .put("lost", all.lost())
                    .put("undone", all.undone())
                    .put("running", all.running())
                    .put("chunks", chunks)
                    .put("first_seen", Json.time(all.first()))
                    .put("last_seen", Json.time(all.last()));
            row.set("error", error(all.lapse()));
            return row.toString();
        }

        private static @Nullable ObjectNode error(@Nullable Lapse lapse) {
            return lapse == null
                    ? null
                    : Json.object()
                            .put("code", lapse.code())
                            .put("detail", lapse.detail())
                            .put("time", Json.time(lapse.time()));
        }
    }
}
