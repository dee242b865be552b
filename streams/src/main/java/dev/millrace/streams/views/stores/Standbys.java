package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The copies that one process keeps of partitions that it does not fold: standbys, and what it is
/// still restoring. Safe for use by many threads; calls block on the disk.
public interface Standbys {

    /// No copies, of a process that folds every partition itself.
    Standbys NONE =
            new Standbys() {
                @Override
                public Copy copy(String applied, int partition) {
                    throw new InvalidStateStoreException("no standbys are kept here");
                }

                @Override
                public <V> ReadOnlyKeyValueStore<String, V> store(
                        String name, int partition, String copy) {
                    throw new InvalidStateStoreException("no standbys are kept here");
                }
            };

    /// A copy of one partition of a fold.
    ///
    /// @param id of this copy; one that was thrown away, promoted or begun again has another
    /// @param position all that was folded up to it is in the copy, in every store
    record Copy(String id, Position position) {}

    /// What a copy is known to hold.
    ///
    /// @param applied the fold's store of applied offsets
    /// @throws InvalidStateStoreException if there is no copy, or nothing is known of it yet
    Copy copy(String applied, int partition);

    /// A store of a copy. Reads of it, and of its iterators, fail with [InvalidStateStoreException]
    /// once it is another copy: what was read from one until then was in it.
    ///
    /// @param copy its [Copy#id]
    <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition, String copy);
}
