package dev.millrace.streams.simulation.planted;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.simulation.log.SimulatedStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Bugs in what `decide` keeps, and in what it commits when.
final class StoreBugs {

    private StoreBugs() {}

    static Seams replayedRecordsApplied() {
        return new Seams() {
            @Override
            protected SimulatedStore<Long> applied() {
                return new SimulatedStore<>("applied") {
                    @Override
                    public @Nullable Long get(String key) {
                        return null;
                    }
                };
            }
        };
    }

    static Seams appliedOffsetsInMemory() {
        return new Seams() {
            @Override
            protected SimulatedStore<Long> applied() {
                return new SimulatedStore<>("applied") {
                    @Override
                    public void keep() {}
                };
            }
        };
    }

    static Seams offsetsCommittedEarly() {
        return new Seams() {
            @Override
            protected boolean commitsPositionsWithTheRest() {
                return false;
            }
        };
    }

    static Seams eventsOutsideTransaction() {
        return outsideTransaction(SimulatedLog.EVENTS);
    }

    static Seams resultsOutsideTransaction() {
        return outsideTransaction(SimulatedLog.RESULTS);
    }

    private static Seams outsideTransaction(String outside) {
        return new Seams() {
            @Override
            protected boolean isWrittenInTransaction(String topic) {
                return !topic.equals(outside);
            }
        };
    }

    static Seams timerDoubled() {
        return new Seams() {
            @Override
            protected SimulatedStore<Long> timers() {
                return new SimulatedStore<>("timers") {
                    @Override
                    public @Nullable Long delete(String key) {
                        return current == null ? super.delete(key) : get(key);
                    }
                };
            }
        };
    }

    static Seams timerLostOnHeartbeat() {
        return new Seams() {
            @Override
            protected SimulatedStore<Long> timers() {
                return new SimulatedStore<>("timers") {
                    @Override
                    public void put(String key, @Nullable Long value) {
                        boolean isHeartbeat =
                                current != null
                                        && current.message() instanceof TaskReport.Heartbeat;
                        if (value == null || !isHeartbeat) {
                            super.put(key, value);
                        }
                    }
                };
            }
        };
    }

    static Seams timersInMemory() {
        return new Seams() {
            @Override
            protected void restored(
                    SimulatedStore<Long> timers,
                    SimulatedStore<Integer> watchers,
                    SimulatedStore<Envelope<TaskCommand>> dependencies) {
                timers.forgetAll();
            }
        };
    }

    static Seams noLookAfterStart() {
        return new Seams() {
            @Override
            protected boolean looksAfterStart() {
                return false;
            }
        };
    }

    static Seams watchersInMemory() {
        return new Seams() {
            @Override
            protected void restored(
                    SimulatedStore<Long> timers,
                    SimulatedStore<Integer> watchers,
                    SimulatedStore<Envelope<TaskCommand>> dependencies) {
                watchers.forgetAll();
            }
        };
    }

    static Seams dependenciesInMemory() {
        return new Seams() {
            @Override
            protected void restored(
                    SimulatedStore<Long> timers,
                    SimulatedStore<Integer> watchers,
                    SimulatedStore<Envelope<TaskCommand>> dependencies) {
                dependencies.forgetAll();
            }
        };
    }

    static Seams dependenciesKept() {
        return new Seams() {
            @Override
            protected SimulatedStore<Envelope<TaskCommand>> dependencies() {
                return new SimulatedStore<>("dependencies") {
                    @Override
                    public @Nullable Envelope<TaskCommand> delete(String key) {
                        return get(key);
                    }
                };
            }
        };
    }

    static Seams watchersMixedUp() {
        return new Seams() {
            @Override
            protected SimulatedStore<Integer> watchers() {
                return new SimulatedStore<>("watchers") {
                    @Override
                    public void put(String key, @Nullable Integer index) {
                        super.put(key, index == null ? null : 0);
                    }
                };
            }
        };
    }

    static Seams endForgotten() {
        return keeping((before, after) ->
                before != null && after.stage().isEnded()
                        ? States.at(before, after.version(), before.attempt())
                        : after);
    }

    static Seams ownerForgotten() {
        return keeping((_, after) -> after.stage().isEnded() ? States.ownerless(after) : after);
    }

    static Seams endedTaskForgotten() {
        return keeping((_, after) -> after.stage().isEnded() ? null : after);
    }

    static Seams versionSkippedOnRefusal() {
        return keeping((before, after) ->
                before != null
                                && before.stage() == after.stage()
                                && Objects.equals(after.open(), before.open())
                        ? States.at(after, after.version() + 1, after.attempt())
                        : after);
    }

    static Seams retriesNotCounted() {
        return keeping((before, after) ->
                before != null && after.stage() == Stage.WAITING && after.attempt() > 1
                        ? States.at(after, after.version(), before.attempt())
                        : after);
    }

    /// @param kept what is kept, of what was known before and what should be
    private static Seams keeping(Keeping kept) {
        return new Seams() {
            @Override
            protected SimulatedStore<TaskState> tasks() {
                return new SimulatedStore<>("tasks") {
                    @Override
                    public void put(String key, @Nullable TaskState after) {
                        super.put(key, after == null ? null : kept.of(get(key), after));
                    }
                };
            }
        };
    }

    private interface Keeping {
        @Nullable TaskState of(@Nullable TaskState before, TaskState after);
    }
}
