package dev.millrace.gateway.admission;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.blob.StorageFull;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.kind.KindCatalogue;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.Registration;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.task.Cause;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.commands.DecisionOrder;
import dev.millrace.gateway.commands.Outcome;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import dev.millrace.gateway.commands.TaskEnd;
import dev.millrace.gateway.commands.TaskSubmissions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// All that admission asks others for, in memory: it decides as `decide` does, knows the kinds that
/// every site has, and stores what it is given, unless it is told to be away or full.
final class FakeSite implements TaskSubmissions, TaskKinds, BlobStore {

    private final TaskDecider decider = new TaskDecider();
    private final Map<TaskId, TaskState> states = new HashMap<>();
    private final List<Envelope<TaskCommand>> commands = new ArrayList<>();
    private final Map<Digest, byte[]> blobs = new HashMap<>();
    private KindCatalogue catalogue = KindCatalogue.BUILT_IN;
    private @Nullable RuntimeException broken;
    boolean isDecideAway;
    boolean areKindsAway;
    boolean isFull;

    @Override
    public List<CompletionStage<Outcome>> submitAll(List<Envelope<TaskCommand>> all) {
        return all.stream().map(this::submit).toList();
    }

    @Override
    public Optional<DecisionOrder> decisionOrder() {
        return Optional.of(TaskId::equals);
    }

    @Override
    public CompletionStage<Outcome> submit(Envelope<TaskCommand> envelope) {
        if (broken != null) {
            throw broken;
        }
        var command = envelope.messageOrNull();
        if (isDecideAway || command == null) {
            return CompletableFuture.failedStage(
                    new SubmissionsUnavailable("nothing was decided within 10000 ms"));
        }
        commands.add(envelope);
        var before = states.get(command.task());
        var event = decider.decide(before, command, new Cause(envelope.id(), envelope.time()));
        states.put(command.task(), TaskDecider.evolve(before, event));
        var position = Position.at("millrace.task-events", 1, commands.size());
        return CompletableFuture.completedStage(
                event instanceof TaskEvent.Refused refused
                        ? new Outcome.Refused(position, refused.reason(), refused.detail())
                        : new Outcome.Accepted(position));
    }

    @Override
    public CompletableFuture<TaskEnd> awaitEnd(String tenant, TaskId task, Duration atMost) {
        throw new UnsupportedOperationException("nobody waits for the end of a request");
    }

    @Override
    public KindCatalogue catalogue() throws KindsUnavailable {
        if (areKindsAway) {
            throw new KindsUnavailable("not all have been read yet");
        }
        return catalogue;
    }

    @Override
    public CompletionStage<Registration> register(TaskKind kind, Actor actor) {
        throw new UnsupportedOperationException("nobody registers a kind in Kafka");
    }

    @Override
    public Digest put(byte[] content) throws StorageFull {
        if (isFull) {
            throw new StorageFull(content.length, new IOException("no space left"));
        }
        var digest = Digest.of(content);
        blobs.put(digest, content.clone());
        return digest;
    }

    @Override
    public byte[] get(Digest digest) throws BlobLost {
        var content = blobs.get(digest);
        if (content == null) {
            throw new BlobLost(digest, "there is none");
        }
        return content;
    }

    void know(KindCatalogue kinds) {
        catalogue = kinds;
    }

    void breakWith(RuntimeException fault) {
        broken = fault;
    }

    int count() {
        return commands.size();
    }

    Envelope<TaskCommand> last() {
        return commands.getLast();
    }

    TaskCommand.Submit lastSubmit() {
        if (last().messageOrNull() instanceof TaskCommand.Submit submit) {
            return submit;
        }
        throw new IllegalStateException("the last command is no submission");
    }
}
