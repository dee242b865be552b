package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.CountKey;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The view `task-counts`: how many tasks of each kind are in each state, added up over the
/// partitions. A row's key is `<kind>:<state>`; there are as many as kinds times states.
record CountsView() implements View {

    @Override
    public ViewDescription description() {
        return ViewCatalogue.TASK_COUNTS;
    }

    /// How many tasks a list of the view `tasks` shows; null if its filters are others than these.
    static @Nullable Long tasks(ViewQuery query, ViewStores stores) {
        return ViewCatalogue.TASK_COUNTS.filters().containsAll(query.filters().keySet())
                ? counts(query.tenant(), stores).entrySet().stream()
                        .filter(count -> count.getKey().matches(query.filters()))
                        .mapToLong(Map.Entry::getValue)
                        .sum()
                : null;
    }

    @Override
    public List<String> applied() {
        return List.of(ViewsTopology.TASKS_APPLIED);
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var position = stores.position(ViewsTopology.TASKS_APPLIED);
        var rows = new TreeMap<String, String>();
        counts(query.tenant(), stores)
                .forEach((key, count) -> {
                    if (key.matches(query.filters())) {
                        rows.put(key.toString(), key.row(count).toString());
                    }
                });
        return SummedRows.page(query, position, rows);
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = stores.position(ViewsTopology.TASKS_APPLIED);
        return counts(tenant, stores).entrySet().stream()
                .filter(count -> count.getKey().toString().equals(key))
                .map(count -> count.getKey().row(count.getValue()).toString())
                .map(json -> new ViewRow(key, json, position))
                .findFirst()
                .orElseGet(() -> new ViewRow(key, null, position));
    }

    private static SortedMap<CountKey, Long> counts(String tenant, ViewStores stores) {
        var counts = new TreeMap<CountKey, Long>();
        var prefix = CountKey.prefix(tenant);
        for (var store : stores.<Long>all(ViewsTopology.TASK_COUNTS)) {
            try (var entries = store.range(prefix, prefix + "~")) {
                entries.forEachRemaining(
                        entry -> counts.merge(CountKey.parse(entry.key), entry.value, Long::sum));
            }
        }
        counts.values().removeIf(count -> count <= 0);
        return counts;
    }
}
