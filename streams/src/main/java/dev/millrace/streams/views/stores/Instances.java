package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// The other instances of the views, as one of them reaches them. Safe for use by many threads.
public interface Instances {

    /// One partition of a store that an instance holds; its reads block, and fail with
    /// [InvalidStateStoreException] if it does not answer or does not hold it (any more).
    ///
    /// @param copy the [Standbys.Copy#id] of a copy; null for what the instance folds
    <V> ReadOnlyKeyValueStore<String, V> store(
            HostInfo host, String name, int partition, @Nullable String copy);

    /// What a copy that an instance keeps is known to hold.
    ///
    /// @param applied the fold's store of applied offsets
    /// @throws InvalidStateStoreException if it does not answer, or has no copy
    Standbys.Copy copy(HostInfo host, String applied, int partition);

    /// Waits until an instance has folded as far as a position. Fails with
    /// [InvalidStateStoreException] if it has no answer.
    ///
    /// @return to be cancelled by whoever stops waiting
    CompletableFuture<Void> reached(HostInfo owner, Position after);
}
