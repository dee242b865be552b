package dev.millrace.streams.simulation.views.check;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.simulation.log.SimulatedStore;
import dev.millrace.streams.simulation.views.StreamTask;
import dev.millrace.streams.views.fold.Fold;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueStore;

/// Folds the log straight up to a position, one topic after the other, without any of what a site
/// does to it.
final class DirectFolds {

    private final SimulatedLog log;
    private final Map<StreamTask, Direct> last = new HashMap<>();

    DirectFolds(SimulatedLog log) {
        this.log = log;
    }

    /// What the stores of a task hold at a position, by store and key.
    Map<String, Map<String, ?>> at(StreamTask task, Position position) {
        var direct = last.get(task);
        if (direct == null || !position.covers(direct.position)) {
            direct = new Direct(task);
            last.put(task, direct);
        }
        direct.foldUpTo(position);
        return direct.rows();
    }

    private final class Direct implements Fold.StoresOfAPartition {

        private final StreamTask task;
        private final Map<String, SimulatedStore<Object>> stores = new TreeMap<>();
        private final Fold fold;
        private Position position = Position.START;

        Direct(StreamTask task) {
            this.task = task;
            task.stores().forEach(name -> stores.put(name, new SimulatedStore<>(name)));
            this.fold = Fold.of(task.applied(), this);
        }

        @Override
        @SuppressWarnings("unchecked") // as with Kafka Streams, whoever asks knows the store
        public <V> KeyValueStore<String, V> get(String name) {
            return (KeyValueStore<String, V>) Objects.requireNonNull(stores.get(name));
        }

        void foldUpTo(Position end) {
            for (var topic : task.topics()) {
                long to = end.offset(topic, task.partition());
                long from = position.offset(topic, task.partition()) + 1;
                for (var record : log.partition(topic, task.partition()).since(from)) {
                    if (record.place().offset() <= to && record.isCommitted()) {
                        fold.apply(record.envelope(), record.timestamp(), record.place());
                    }
                }
            }
            position = end;
            stores.values().forEach(SimulatedStore::keep);
        }

        Map<String, Map<String, ?>> rows() {
            var rows = new TreeMap<String, Map<String, ?>>();
            stores.forEach((name, store) -> rows.put(name, store.rows()));
            return rows;
        }
    }
}
