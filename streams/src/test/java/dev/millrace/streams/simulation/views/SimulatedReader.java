package dev.millrace.streams.simulation.views;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.simulation.SimulatedProcess;
import dev.millrace.streams.simulation.World;
import dev.millrace.streams.simulation.log.LogRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/// Reads its writes: of some of the records that come into the log, whatever they say, it asks a
/// view for what must follow from them by the token that their writer got, and again until some
/// instance answers.
final class SimulatedReader extends SimulatedProcess {

    /// What one attempt may take at most: to come to the position, to wait for partitions that
    /// move, and to read.
    static final int MOST_MILLIS = 5_000 + 2_000 + 10_000 + 500;

    /// After so long without trouble each read is answered at once.
    private static final int SETTLED_MILLIS = 40_000;

    /// That is: as soon as what was written before is folded.
    private static final int AT_ONCE_MILLIS = 1_000;

    private final ViewsGroup group;
    private final ViewsWitness witness;
    private final int oneIn;
    private final Map<String, Long> next = new HashMap<>();
    private final Map<String, Position> seen = new HashMap<>();
    private long wellSince = Long.MAX_VALUE;

    /// @param oneIn of so many records it asks for one
    SimulatedReader(World world, ViewsGroup group, ViewsWitness witness, int oneIn) {
        super(world, "reader");
        this.group = group;
        this.witness = witness;
        this.oneIn = oneIn;
        for (var task : StreamTask.all()) {
            for (var topic : task.topics()) {
                var partition = world.log.partition(topic, task.partition());
                partition.onGrowth(() -> look(topic, task.partition()));
            }
        }
    }

    @Override
    protected void begin() {}

    /// Nothing goes wrong from now on.
    void settle() {
        wellSince = world.clock.now() + SETTLED_MILLIS;
    }

    private void look(String topic, int partition) {
        var key = topic + partition;
        var log = world.log.partition(topic, partition);
        for (var record = log.read(next.getOrDefault(key, 0L));
                record != null;
                record = log.read(next.getOrDefault(key, 0L))) {
            next.put(key, record.place().offset() + 1);
            if (world.isOneIn(oneIn)) {
                var chosen = world.oneOf(asks(record));
                var ask = world.isOneIn(3) ? chosen.from(seen(chosen.view())) : chosen;
                var _ = in(world.between(0, 20), () -> attempt(ask));
            }
        }
    }

    private Position seen(String view) {
        return seen.getOrDefault(view, Position.START);
    }

    /// What can be asked for once a record is written.
    static List<Ask> asks(LogRecord write) {
        var asks = new ArrayList<Ask>();
        var tenant = write.envelope().tenant();
        switch (write.message()) {
            case TaskEvent event -> {
                var task = event.task().toString();
                asks.add(row(write, "tasks", tenant, task));
                asks.add(row(write, "task-history", tenant, task + ":" + event.version()));
                asks.add(list(write, "tasks", tenant, Map.of()));
                asks.add(list(write, "task-history", tenant, Map.of("task", task)));
                asks.add(list(write, "task-counts", tenant, Map.of()));
                asks.add(list(write, "throughput", tenant, Map.of()));
                asks.add(list(write, "workers", tenant, Map.of()));
                asks.add(list(write, "usage", tenant, Map.of()));
            }
            case TaskProgress progress -> {
                asks.add(row(write, "task-progress", tenant, progress.task().toString()));
                asks.add(list(write, "task-progress", tenant, Map.of()));
            }
            case DocumentEvent event ->
                    asks.addAll(ofDocument(write, tenant, event.document().toString()));
            case Embedding embedding -> {
                asks.addAll(ofDocument(write, tenant, embedding.chunk().document().toString()));
                asks.add(list(write, "workers", tenant, Map.of()));
                asks.add(list(write, "models", tenant, Map.of()));
            }
            case IndexReport report ->
                    asks.addAll(ofDocument(write, tenant, report.document().toString()));
            case null, default ->
                    asks.add(
                            list(
                                    write,
                                    StreamTask.viewOf(write.place().topic()),
                                    tenant,
                                    Map.of()));
        }
        return asks;
    }

    private static List<Ask> ofDocument(LogRecord write, String tenant, String document) {
        return List.of(
                row(write, "documents", tenant, document),
                list(write, "documents", tenant, Map.of()),
                list(write, "throughput", tenant, Map.of()));
    }

    private static Ask row(LogRecord write, String view, String tenant, String key) {
        return new Ask(write, view, tenant, key, Map.of(), Position.START);
    }

    private static Ask list(
            LogRecord write, String view, String tenant, Map<String, String> filters) {
        return new Ask(write, view, tenant, null, filters, Position.START);
    }

    /// Asks once, of any instance.
    void attempt(Ask ask) {
        var up = group.instances().stream().filter(SimulatedInstance::answers).toList();
        if (up.isEmpty()) {
            again(ask);
            return;
        }
        attempt(ask, world.oneOf(up));
    }

    private void attempt(Ask ask, SimulatedInstance instance) {
        var views = instance.views();
        if (views == null) {
            again(ask);
            return;
        }
        int life = instance.life();
        boolean isAllWell = world.clock.now() >= wellSince;
        var answer = ask.of(views).toCompletableFuture();
        var patience =
                in(
                        isAllWell ? AT_ONCE_MILLIS : instance.mostMillis(MOST_MILLIS),
                        () -> {
                            if (answer.isDone()) {
                                return;
                            }
                            if (instance.livesSince(life)) {
                                witness.silent(ask);
                            } else {
                                again(ask);
                            }
                        });
        var _ =
                answer.whenComplete((shown, failure) -> {
                    patience.cancel();
                    if (failure == null) {
                        seen.merge(ask.view(), position(shown), Position::join);
                        witness.answered(ask, shown);
                    } else {
                        var cause =
                                failure instanceof CompletionException
                                        ? failure.getCause()
                                        : failure;
                        witness.failed(ask, cause == null ? failure : cause, isAllWell);
                        if (!isAllWell) {
                            again(ask);
                        }
                    }
                });
    }

    private static Position position(Object answer) {
        return answer instanceof ViewRow row ? row.position() : ((ViewPage) answer).position();
    }

    private void again(Ask ask) {
        var _ = in(world.between(50, 2_000), () -> attempt(ask));
    }
}
