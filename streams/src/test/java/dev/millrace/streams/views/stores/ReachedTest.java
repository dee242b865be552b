package dev.millrace.streams.views.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.Test;

class ReachedTest {

    @Test
    void aPartitionThatMovesEndsTheWaitForTheOthers() {
        var moving = new CompletableFuture<Void>();
        var late = new CompletableFuture<Void>();
        var all = Reached.all(List.of(moving, late));
        assertThat(all).isNotDone();

        moving.completeExceptionally(new InvalidStateStoreException("it moves"));

        assertThat(all).isCompletedExceptionally();
        assertThat(late).isCancelled();
    }

    @Test
    void allPartitionsAreWaitedFor() {
        var first = new CompletableFuture<Void>();
        var second = new CompletableFuture<Void>();
        var all = Reached.all(List.of(first, second));

        first.complete(null);
        assertThat(all).isNotDone();
        second.complete(null);

        assertThat(all).isCompleted();
    }
}
