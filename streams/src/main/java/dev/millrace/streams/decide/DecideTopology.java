package dev.millrace.streams.decide;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskState;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.AppliedOffsets;
import dev.millrace.streams.runtime.ProcessorMeters;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// Decides every command and report, once, and writes what came of it.
///
/// ```
/// task-commands ──┐                                              ┌──▶ task-events
///       ▲         ├──▶ decide (stores: decide-tasks,  ───────────┼──▶ results (of a success)
/// task-reports ───┘            decide-applied, decide-timers,    │
///       │                      decide-watchers,                  ├──▶ task-control (to workers)
///       │                      decide-dependencies)              │
///       └── what is due, and what tasks of other partitions are told ◀─┘
/// ```
///
/// State, timers, events, results, wakes and input offsets are committed in one transaction.
final class DecideTopology {

    static final String TASKS = "decide-tasks";
    static final String APPLIED = "decide-applied";
    static final String TIMERS = "decide-timers";
    static final String WATCHERS = "decide-watchers";
    static final String DEPENDENCIES = "decide-dependencies";
    static final String DECIDE = "decide";
    static final String COMMANDS_OUT = "task-commands-out";
    static final String EVENTS_OUT = "task-events-out";
    static final String RESULTS_OUT = "results-out";
    static final String CONTROL_OUT = "task-control-out";

    private final EventSerdes serdes;
    private final TaskDecider decider;
    private final ClaimKey claims;
    private final Site site;
    private final Function<KeyValueStore<String, Long>, AppliedOffsets> remembering;

    DecideTopology(EventSerdes serdes, TaskDecider decider, ClaimKey claims, Site site) {
        this(serdes, decider, claims, site, AppliedOffsets::new);
    }

    /// @param remembering how applied offsets are kept in their store; a test of what they are for
    ///   forgets them
    DecideTopology(
            EventSerdes serdes,
            TaskDecider decider,
            ClaimKey claims,
            Site site,
            Function<KeyValueStore<String, Long>, AppliedOffsets> remembering) {
        this.serdes = serdes;
        this.decider = decider;
        this.claims = claims;
        this.site = site;
        this.remembering = remembering;
    }

    Topology build(ProcessorMeters meters) {
        var topology = new Topology();
        readCommands(topology);
        readReports(topology);
        decide(topology, meters);
        writeEvents(topology);
        writeResults(topology);
        writeCommands(topology);
        writeControl(topology);
        return topology;
    }

    private void readCommands(Topology topology) {
        topology.addSource(
                "task-commands-in",
                serdes.keysOf(Topics.TASK_COMMANDS),
                serdes.valuesOf(Topics.TASK_COMMANDS),
                Topics.TASK_COMMANDS.name());
    }

    private void readReports(Topology topology) {
        topology.addSource(
                "task-reports-in",
                serdes.keysOf(Topics.TASK_REPORTS),
                serdes.valuesOf(Topics.TASK_REPORTS),
                Topics.TASK_REPORTS.name());
    }

    private void decide(Topology topology, ProcessorMeters meters) {
        topology.addProcessor(
                DECIDE,
                meters.measured(
                        DECIDE, () -> new DecideProcessor(decider, claims, site, remembering)),
                "task-commands-in",
                "task-reports-in");
        topology.addStateStore(tasks(), DECIDE);
        topology.addStateStore(AppliedOffsets.builder(APPLIED).withCachingEnabled(), DECIDE);
        topology.addStateStore(Timers.builder(TIMERS), DECIDE);
        topology.addStateStore(Watchers.builder(WATCHERS), DECIDE);
        topology.addStateStore(
                Dependencies.builder(DEPENDENCIES, serdes.of(Topics.TASK_COMMANDS)), DECIDE);
    }

    private void writeEvents(Topology topology) {
        topology.addSink(
                EVENTS_OUT,
                Topics.TASK_EVENTS.name(),
                new StringSerializer(),
                Placed.serializer(serdes.of(Topics.TASK_EVENTS).serializer()),
                Placed.partitioner(),
                DECIDE);
    }

    private void writeResults(Topology topology) {
        topology.addSink(
                RESULTS_OUT,
                Topics.RESULTS.name(),
                new StringSerializer(),
                Placed.serializer(serdes.of(Topics.RESULTS).serializer()),
                Placed.partitioner(),
                DECIDE);
    }

    private void writeCommands(Topology topology) {
        topology.addSink(
                COMMANDS_OUT,
                Topics.TASK_COMMANDS.name(),
                new StringSerializer(),
                Placed.serializer(serdes.of(Topics.TASK_COMMANDS).serializer()),
                Placed.partitioner(),
                DECIDE);
    }

    private void writeControl(Topology topology) {
        topology.addSink(
                CONTROL_OUT,
                Topics.TASK_CONTROL.name(),
                new StringSerializer(),
                Placed.serializer(serdes.of(Topics.TASK_CONTROL).serializer()),
                Placed.partitioner(),
                DECIDE);
    }

    private StoreBuilder<KeyValueStore<String, TaskState>> tasks() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(TASKS), Serdes.String(), serdes.taskState());
    }
}
