package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What reaches the log though no worker and no client of right mind would write it: whatever one
/// can say with the token of an attempt that was handed out once, with the wrong one or none;
/// another tenant's wishes; what nobody can read.
final class Mischief extends SimulatedProcess {

    static final String STRANGER = "stranger";

    private final SimulatedClient client;
    private final int withinMillis;
    private final int mostPranks;

    Mischief(World world, SimulatedClient client, int withinMillis, int mostPranks) {
        super(world, "mischief");
        this.client = client;
        this.withinMillis = withinMillis;
        this.mostPranks = mostPranks;
    }

    @Override
    protected void begin() {
        for (int left = world.between(0, mostPranks); left > 0; left--) {
            var _ = in(world.between(0, withinMillis), this::play);
        }
    }

    private void play() {
        var task = world.oneOf(List.copyOf(client.submitted()));
        switch (world.random.nextInt(8)) {
            case 0 ->
                    write(SimulatedLog.COMMANDS, stranger(new TaskCommand.Cancel(task, "")), task);
            case 1 -> write(SimulatedLog.REPORTS, stranger(report(task, 1, null)), task);
            case 2 -> write(SimulatedLog.REPORTS, sealed(report(task, 1, null)), task);
            case 3, 4 -> {
                int attempt = world.between(1, 2);
                // That of another attempt, or none.
                var token = world.isOneIn(2) ? world.claims.token(task, attempt + 1) : null;
                say(report(task, attempt, token));
            }
            default -> {
                var item = world.queues.anySeen();
                if (item != null) {
                    say(report(item.task(), item.attempt(), item.claimToken()));
                }
            }
        }
    }

    private void say(TaskReport report) {
        var envelope = world.envelope(report, SimulatedClient.TENANT, name);
        write(SimulatedLog.REPORTS, envelope, report.task());
    }

    private TaskReport report(TaskId task, int attempt, @Nullable String token) {
        return switch (world.random.nextInt(5)) {
            case 0 ->
                    new TaskReport.Started(
                            task, attempt, token, "nobody", TaskReport.SHORTEST_LEASE);
            case 1 -> new TaskReport.Heartbeat(task, attempt, token, TaskReport.SHORTEST_LEASE);
            case 2 -> new TaskReport.Failed(task, attempt, token, new Failure("made_up", ""), true);
            case 3 -> new TaskReport.Released(task, attempt, token);
            default -> new TaskReport.Succeeded(task, attempt, token, new Content.Inline("{}"));
        };
    }

    private Envelope<? extends Message> stranger(Message message) {
        return world.envelope(message, STRANGER, name);
    }

    private Envelope<? extends Message> sealed(Message message) {
        var open = world.envelope(message, SimulatedClient.TENANT, name);
        var bytes = Bytes.copyOf(new byte[] {1, 2, 3});
        return new Envelope<>(
                open.id(),
                open.type(),
                open.time(),
                open.tenant(),
                open.subject(),
                open.labels(),
                open.actor(),
                open.site(),
                open.causation(),
                open.correlation(),
                open.trace(),
                new Payload.Sealed<>("key-1", "A256GCM", bytes, bytes));
    }

    private void write(String topic, Envelope<? extends Message> envelope, TaskId task) {
        world.log
                .partition(topic, SimulatedLog.partitionOf(task))
                .append(task.toString(), envelope, name, null, null);
    }
}
