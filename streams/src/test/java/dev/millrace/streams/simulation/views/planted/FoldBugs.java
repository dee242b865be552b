package dev.millrace.streams.simulation.views.planted;

import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.streams.simulation.log.SimulatedStore;
import dev.millrace.streams.simulation.views.ViewSeams;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.Fold;
import dev.millrace.streams.views.fold.ViewsTopology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Bugs in what is folded, and in what order.
final class FoldBugs {

    private FoldBugs() {}

    static ViewSeams positionBeforeRows() {
        return new ViewSeams() {
            @Override
            protected Fold fold(String applied, Fold.StoresOfAPartition stores, Arrivals arrivals) {
                KeyValueStore<String, Long> shown = stores.get(applied);
                var late = copy(applied, shown);
                var fold = Fold.of(applied, instead(stores, applied, late)).telling(arrivals);
                return (envelope, timestamp, origin) -> {
                    var partition = origin.topic() + "-" + origin.partition();
                    var last = late.get(partition);
                    if (last == null || origin.offset() > last) {
                        shown.put(partition, origin.offset());
                    }
                    fold.apply(envelope, timestamp, origin);
                };
            }
        };
    }

    static ViewSeams refusalsPassedOver() {
        return wrapped((_, envelope) -> !isRefusal(envelope));
    }

    static ViewSeams earlyEmbeddingDropped() {
        return wrapped((stores, envelope) -> {
            if (envelope == null || !(envelope.messageOrNull() instanceof Embedding embedding)) {
                return true;
            }
            var document = embedding.chunk().document().toString();
            return stores.get(ViewsTopology.DOCUMENTS).get(document) != null;
        });
    }

    static ViewSeams positionOfRefusalsNotKept() {
        return new ViewSeams() {
            @Override
            protected Fold fold(String applied, Fold.StoresOfAPartition stores, Arrivals arrivals) {
                KeyValueStore<String, Long> shown = stores.get(applied);
                var early = copy(applied, shown);
                var fold = Fold.of(applied, instead(stores, applied, early)).telling(arrivals);
                return (envelope, timestamp, origin) -> {
                    fold.apply(envelope, timestamp, origin);
                    if (!isRefusal(envelope)) {
                        var partition = origin.topic() + "-" + origin.partition();
                        shown.put(partition, early.get(partition));
                    }
                };
            }
        };
    }

    static ViewSeams refusalsNotTold() {
        return new ViewSeams() {
            @Override
            protected Fold fold(String applied, Fold.StoresOfAPartition stores, Arrivals arrivals) {
                var fold = Fold.of(applied, stores);
                var telling = fold.telling(arrivals);
                return (envelope, timestamp, origin) ->
                        (isRefusal(envelope) ? fold : telling).apply(envelope, timestamp, origin);
            }
        };
    }

    /// @param isFolded whether a record is folded, by what the stores hold
    private static ViewSeams wrapped(Choice isFolded) {
        return new ViewSeams() {
            @Override
            protected Fold fold(String applied, Fold.StoresOfAPartition stores, Arrivals arrivals) {
                var fold = super.fold(applied, stores, arrivals);
                return (envelope, timestamp, origin) -> {
                    if (isFolded.of(stores, envelope)) {
                        fold.apply(envelope, timestamp, origin);
                    }
                };
            }
        };
    }

    private interface Choice {
        boolean of(Fold.StoresOfAPartition stores, @Nullable Envelope<? extends Message> envelope);
    }

    private static boolean isRefusal(@Nullable Envelope<? extends Message> envelope) {
        return envelope != null && envelope.messageOrNull() instanceof TaskEvent.Refused;
    }

    private static SimulatedStore<Long> copy(String name, KeyValueStore<String, Long> store) {
        var copy = new SimulatedStore<Long>(name);
        try (var rows = store.all()) {
            rows.forEachRemaining(row -> copy.put(row.key, row.value));
        }
        return copy;
    }

    /// The same stores with another one in the place of one of them.
    private static Fold.StoresOfAPartition instead(
            Fold.StoresOfAPartition stores, String of, KeyValueStore<String, Long> other) {
        return new Fold.StoresOfAPartition() {
            @Override
            @SuppressWarnings("unchecked") // both hold the same
            public <V> KeyValueStore<String, V> get(String name) {
                return name.equals(of) ? (KeyValueStore<String, V>) other : stores.get(name);
            }
        };
    }
}
