package dev.millrace.streams.simulation.views.planted;

import dev.millrace.streams.simulation.log.SimulatedStore;
import dev.millrace.streams.simulation.views.ViewSeams;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Bugs in what the views keep, and in what they commit and restore when.
final class StoreBugs {

    private static final List<String> APPLIED =
            List.of(
                    ViewsTopology.TASKS_APPLIED,
                    ViewsTopology.DOCUMENTS_APPLIED,
                    ViewsTopology.TASK_PROGRESS_APPLIED);

    private StoreBugs() {}

    static ViewSeams replayedRecordsFolded() {
        return keeping(
                APPLIED,
                name ->
                        new SimulatedStore<>(name) {
                            @Override
                            public @Nullable Object get(String key) {
                                return -1L;
                            }
                        });
    }

    static ViewSeams indexRowKept() {
        return keeping(
                List.of(ViewsTopology.TASKS_INDEX, ViewsTopology.DOCUMENTS_INDEX),
                StoreBugs::withoutDelete);
    }

    static ViewSeams countKeptAtZero() {
        return keeping(List.of(ViewsTopology.TASK_COUNTS), StoreBugs::withoutDelete);
    }

    static ViewSeams lateProgressShown() {
        return keeping(List.of(ViewsTopology.TASK_PROGRESS), StoreBugs::withoutMemory);
    }

    static ViewSeams spanOverwritten() {
        return keeping(
                List.of(ViewsTopology.TASKS_ACTIVITY, ViewsTopology.DOCUMENTS_ACTIVITY),
                StoreBugs::withoutMemory);
    }

    static ViewSeams tallyOverwritten() {
        return keeping(
                List.of(ViewsTopology.TASKS_TALLIES, ViewsTopology.DOCUMENTS_TALLIES),
                StoreBugs::withoutMemory);
    }

    static ViewSeams countedTwiceAfterCrash() {
        return outsideTransaction(List.of(ViewsTopology.TASK_COUNTS));
    }

    static ViewSeams positionLastsAlone() {
        return outsideTransaction(APPLIED);
    }

    static ViewSeams offsetsCommittedEarly() {
        return new ViewSeams() {
            @Override
            protected boolean commitsPositionsWithTheRest() {
                return false;
            }
        };
    }

    static ViewSeams indexNotRestored() {
        return new ViewSeams() {
            @Override
            protected boolean isRestored(String store) {
                return !store.equals(ViewsTopology.TASKS_INDEX);
            }
        };
    }

    static ViewSeams rebuildBeginsLate() {
        return new ViewSeams() {
            @Override
            protected boolean rebuildsFromTheBeginning() {
                return false;
            }
        };
    }

    static ViewSeams uncommittedFolded() {
        return new ViewSeams() {
            @Override
            protected boolean readsCommittedAlone() {
                return false;
            }
        };
    }

    private static SimulatedStore<Object> withoutDelete(String name) {
        return new SimulatedStore<>(name) {
            @Override
            public void put(String key, @Nullable Object value) {
                if (value != null) {
                    super.put(key, value);
                }
            }
        };
    }

    private static SimulatedStore<Object> withoutMemory(String name) {
        return new SimulatedStore<>(name) {
            @Override
            public @Nullable Object get(String key) {
                return null;
            }
        };
    }

    private static ViewSeams outsideTransaction(List<String> stores) {
        return new ViewSeams() {
            @Override
            protected boolean isWrittenInTransaction(String store) {
                return !stores.contains(store);
            }
        };
    }

    /// @param made instead of some stores
    private static ViewSeams keeping(
            List<String> stores, Function<String, SimulatedStore<Object>> made) {
        return new ViewSeams() {
            @Override
            @SuppressWarnings("unchecked") // as with Kafka Streams, whoever asks knows the store
            protected <V> SimulatedStore<V> store(String name) {
                return stores.contains(name)
                        ? (SimulatedStore<V>) made.apply(name)
                        : super.store(name);
            }
        };
    }
}
