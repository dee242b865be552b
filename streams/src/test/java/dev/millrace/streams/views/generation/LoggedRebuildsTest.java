package dev.millrace.streams.views.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.view.generation.Rebuild;
import dev.millrace.domain.view.generation.RebuildProgress;
import dev.millrace.domain.view.generation.RebuildRefused;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class LoggedRebuildsTest {

    private static final Actor ADMIN = new Actor("admin", Actor.Proof.LOCAL);
    private static final RebuildProgress HALF =
            new RebuildProgress(List.of(new RebuildProgress.Part("log", 0, 5, 10)));

    private final FakeLog log = new FakeLog();
    private CompletionStage<RebuildProgress> progress = CompletableFuture.completedStage(HALF);
    private final LoggedRebuilds rebuilds = new LoggedRebuilds(log, _ -> progress, () -> {});

    @Test
    void whatIsAskedForIsSaidInTheLogAndItsProgressShown() throws Exception {
        assertThat(get(rebuilds.show()).progress()).isNull();
        var begun = get(rebuilds.begin(ADMIN));
        assertThat(begun.generations().building()).hasValue(2);
        assertThat(begun.progress()).isEqualTo(HALF);
        assertThat(log.said).containsExactly(new ViewEvent.RebuildRequested(2));
    }

    @Test
    void oneAtATime() throws Exception {
        assertThatThrownBy(() -> get(rebuilds.cancel(ADMIN)))
                .hasCauseInstanceOf(RebuildRefused.class);
        var _ = get(rebuilds.begin(ADMIN));
        assertThatThrownBy(() -> get(rebuilds.begin(ADMIN)))
                .cause()
                .isInstanceOf(RebuildRefused.class)
                .hasMessageContaining("generation 2 is being built since 2026");
        var cancelled = get(rebuilds.cancel(ADMIN));
        assertThat(cancelled.generations().building()).isEmpty();
        assertThat(get(rebuilds.begin(ADMIN)).generations().building()).hasValue(3);
    }

    @Test
    void whatNobodyCanTellIsLeftOut() throws Exception {
        progress = CompletableFuture.failedStage(new IllegalStateException("away"));
        assertThat(get(rebuilds.begin(ADMIN)).progress()).isNull();
    }

    @Test
    void withoutTheLogNothingIsKnown() {
        log.isUnread = true;
        assertThatThrownBy(() -> get(rebuilds.show()))
                .hasCauseInstanceOf(RebuildsUnavailable.class);
        assertThatThrownBy(() -> get(rebuilds.begin(ADMIN)))
                .hasCauseInstanceOf(RebuildsUnavailable.class);
        assertThatThrownBy(() -> get(rebuilds.cancel(ADMIN)))
                .hasCauseInstanceOf(RebuildsUnavailable.class);
    }

    private static Rebuild get(CompletionStage<Rebuild> stage) throws Exception {
        return stage.toCompletableFuture().get();
    }
}
