package dev.millrace.streams.simulation.views;

import dev.millrace.streams.simulation.log.SimulatedStore;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// What of a [StreamTask] lasts: the rows of its stores, and how far it has read.
final class Changelog {

    private final Map<String, Map<String, Object>> rows = new HashMap<>();
    private final Map<String, Long> offsets = new HashMap<>();

    /// What was changed since the last commit lasts.
    <V> void keep(SimulatedStore<V> store) {
        var kept = rows.computeIfAbsent(store.name(), _ -> new TreeMap<>());
        for (var key : store.changed()) {
            var row = store.get(key);
            if (row == null) {
                kept.remove(key);
            } else {
                kept.put(key, row);
            }
        }
        store.keep();
    }

    void keep(Map<String, Long> next) {
        offsets.putAll(next);
    }

    @SuppressWarnings("unchecked") // a store of the same name wrote them
    <V> void restore(SimulatedStore<V> store) {
        rows.getOrDefault(store.name(), Map.of()).forEach((key, row) -> store.put(key, (V) row));
        store.keep();
    }

    Map<String, Long> offsets() {
        return Map.copyOf(offsets);
    }

    void forgetRows() {
        rows.clear();
    }

    void forgetOffsets() {
        offsets.clear();
    }
}
