package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import dev.millrace.streams.views.tally.Embedded;
import dev.millrace.streams.views.tally.Tally;
import dev.millrace.streams.views.tally.WorkerKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The view `models`: how many chunks have a vector of each version of a model, added up over
/// partitions and workers. A row's key is `<name>:<version>`.
record ModelsView() implements View {

    @Override
    public ViewDescription description() {
        return ViewCatalogue.MODELS;
    }

    @Override
    public List<String> applied() {
        return List.of(ViewsTopology.DOCUMENTS_APPLIED);
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var position = stores.position(ViewsTopology.DOCUMENTS_APPLIED);
        return SummedRows.page(query, position, rows(query.tenant(), stores));
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = stores.position(ViewsTopology.DOCUMENTS_APPLIED);
        return new ViewRow(key, rows(tenant, stores).get(key), position);
    }

    private static Map<String, String> rows(String tenant, ViewStores stores) {
        var models = new TreeMap<String, Model>();
        var prefix = WorkerKey.prefix(tenant);
        for (var store : stores.<Tally>all(ViewsTopology.DOCUMENTS_TALLIES)) {
            try (var entries = store.range(prefix, prefix + "~")) {
                while (entries.hasNext()) {
                    var entry = entries.next();
                    var key = WorkerKey.parse(entry.key);
                    if (entry.value instanceof Embedded embedded) {
                        models.computeIfAbsent(key.work(), _ -> new Model()).add(key, embedded);
                    }
                }
            }
        }
        var rows = new TreeMap<String, String>();
        models.values().forEach(model -> rows.put(model.name + ":" + model.version, model.row()));
        return rows;
    }

    /// One version of a model, as far as it is added up.
    private static final class Model {

        private final Set<String> workers = new HashSet<>();
        private String name = "";
        private String version = "";
        private @Nullable Embedded sum;

        void add(WorkerKey key, Embedded embedded) {
            name = key.part(0);
            version = key.part(1);
            workers.add(key.worker());
            sum = sum == null ? embedded : sum.plus(embedded);
        }

        String row() {
            var all = sum;
            if (all == null) {
                throw new IllegalStateException("model: nothing is added up");
            }
            return Json.object()
                    .put("name", name)
                    .put("version", version)
                    .put("dimensions", all.dimensions())
                    .put("chunks", all.chunks())
                    .put("workers", workers.size())
                    .put("first_used", Json.time(all.first()))
                    .put("last_used", Json.time(all.last()))
                    .toString();
        }
    }
}
