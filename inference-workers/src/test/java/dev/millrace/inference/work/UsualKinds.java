package dev.millrace.inference.work;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.kind.KindCatalogue;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.Registration;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.task.Retries;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Kinds in memory: those that are built in, until something else is said.
final class UsualKinds implements TaskKinds {

    private volatile @Nullable KindCatalogue known = KindCatalogue.BUILT_IN;

    /// Registers the kind `drill`, whose workers may be silent so long.
    void drill(Duration lease) {
        known =
                KindCatalogue.BUILT_IN.with(
                        new TaskKindEvent.Registered(
                                new TaskKind(
                                        "drill",
                                        1,
                                        "",
                                        null,
                                        null,
                                        Retries.DEFAULT,
                                        lease,
                                        null,
                                        Set.of(),
                                        Set.of())));
    }

    void forget() {
        known = null;
    }

    @Override
    public KindCatalogue catalogue() throws KindsUnavailable {
        var all = known;
        if (all == null) {
            throw new KindsUnavailable("not all have been read yet");
        }
        return all;
    }

    @Override
    public CompletionStage<Registration> register(TaskKind kind, Actor actor) {
        throw new UnsupportedOperationException("workers register nothing");
    }
}
