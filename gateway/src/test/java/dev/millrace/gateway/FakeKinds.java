package dev.millrace.gateway;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.kind.KindCatalogue;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.Registration;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.kind.WorkQueues;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.view.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Kinds in memory, and whose work has somewhere to wait. There are two, `resize` and `shout`, that
/// take anything.
final class FakeKinds implements TaskKinds, WorkQueues {

    static final Position POSITION = Position.at("millrace.task-kinds", 0, 7);

    private final List<String> provided = new ArrayList<>();
    private KindCatalogue catalogue =
            KindCatalogue.BUILT_IN
                    .with(new TaskKindEvent.Registered(kind("resize", Set.of())))
                    .with(new TaskKindEvent.Registered(kind("shout", Set.of())));
    private @Nullable Actor lastActor;
    private boolean unavailable;
    private boolean withoutQueues;

    @Override
    public synchronized KindCatalogue catalogue() throws KindsUnavailable {
        requireAvailable();
        return catalogue;
    }

    @Override
    public synchronized CompletionStage<Registration> register(TaskKind kind, Actor actor) {
        lastActor = actor;
        return CompletableFuture.completedStage(
                switch (catalogue.judge(kind)) {
                    case KindCatalogue.Verdict.New _ -> {
                        catalogue = catalogue.with(new TaskKindEvent.Registered(kind));
                        yield new Registration.Done(kind, true, POSITION);
                    }
                    case KindCatalogue.Verdict.Known(var standing) ->
                            new Registration.Done(standing, false, POSITION);
                    case KindCatalogue.Verdict.Refused(var why) -> new Registration.Refused(why);
                });
    }

    @Override
    public synchronized void provide(String kind) throws KindsUnavailable {
        if (withoutQueues) {
            throw new KindsUnavailable("no queues just now");
        }
        provided.add(kind);
    }

    /// What another gateway says of a kind.
    synchronized void hear(TaskKindEvent event) {
        catalogue = catalogue.with(event);
    }

    synchronized void beUnavailable() {
        unavailable = true;
    }

    synchronized void beWithoutQueues(boolean without) {
        withoutQueues = without;
    }

    synchronized List<String> provided() {
        return List.copyOf(provided);
    }

    synchronized @Nullable Actor lastActor() {
        return lastActor;
    }

    private void requireAvailable() throws KindsUnavailable {
        if (unavailable) {
            throw new KindsUnavailable("not all have been read yet");
        }
    }

    /// @param workers roles that may do such tasks
    static TaskKind kind(String name, Set<String> workers) {
        return new TaskKind(
                name,
                1,
                "",
                null,
                null,
                Retries.DEFAULT,
                TaskKind.DEFAULT_LEASE,
                null,
                Set.of(),
                workers);
    }
}
