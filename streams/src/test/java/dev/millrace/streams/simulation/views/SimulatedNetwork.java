package dev.millrace.streams.simulation.views;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.views.stores.Instances;
import dev.millrace.streams.views.stores.Standbys;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// The other instances, as one of them reaches them: who is down or hangs does not answer, and a
/// wait is asked for again every few seconds.
final class SimulatedNetwork implements Instances {

    private static final int ASKED_AGAIN_MILLIS = 3_000;
    private static final int SILENCE_MILLIS = 5_000;

    private final SimulatedInstance self;
    private final ViewsGroup group;

    SimulatedNetwork(SimulatedInstance self, ViewsGroup group) {
        this.self = self;
        this.group = group;
    }

    @Override
    public Standbys.Copy copy(HostInfo host, String applied, int partition) {
        throw new InvalidStateStoreException(host + " keeps no standbys");
    }

    @Override
    public <V> ReadOnlyKeyValueStore<String, V> store(
            HostInfo owner, String name, int partition, @Nullable String copy) {
        return new LookedInto<>(
                () -> {
                    var other = group.at(owner);
                    if (!other.answers()) {
                        throw new InvalidStateStoreException(owner + " does not answer");
                    }
                    return other.local().store(name, partition);
                },
                () -> {});
    }

    @Override
    public CompletableFuture<Void> reached(HostInfo owner, Position after) {
        var reached = new CompletableFuture<Void>();
        ask(owner, after, reached);
        return reached;
    }

    private void ask(HostInfo owner, Position after, CompletableFuture<Void> reached) {
        if (reached.isDone()) {
            return;
        }
        var other = group.at(owner);
        if (!other.answers()) {
            var _ = self.later(SILENCE_MILLIS, () -> fail(reached, owner + " does not answer"));
            return;
        }
        int life = other.life();
        var answer = other.local().reached(after);
        var _ =
                answer.whenComplete((_, failure) -> {
                    if (failure == null && other.livesSince(life)) {
                        var _ = self.later(1, () -> reached.complete(null));
                    } else if (failure != null && !answer.isCancelled()) {
                        var _ = self.later(1, () -> reached.completeExceptionally(failure));
                    }
                });
        var _ =
                self.later(
                        ASKED_AGAIN_MILLIS,
                        () -> {
                            answer.cancel(false);
                            ask(owner, after, reached);
                        });
    }

    private static void fail(CompletableFuture<Void> reached, String why) {
        reached.completeExceptionally(new InvalidStateStoreException(why));
    }
}
