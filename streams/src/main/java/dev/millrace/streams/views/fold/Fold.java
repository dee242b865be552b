package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Makes views of records, wherever those come from and whatever the stores are.
///
/// What a record does follows from the record and the stores alone. A record that was applied
/// before is skipped, as is one that is sealed or of a newer version. Confined to one thread.
public interface Fold {

    /// Applies the next record of its partition.
    ///
    /// @param envelope null for a record without a value
    /// @param timestamp the record's, in milliseconds since 1970
    void apply(
            @Nullable Envelope<? extends Message> envelope, long timestamp, RecordMetadata origin);

    /// The same, telling those who wait for a record once it is applied.
    default Fold telling(Arrivals arrivals) {
        return (envelope, timestamp, origin) -> {
            apply(envelope, timestamp, origin);
            arrivals.arrived(origin);
        };
    }

    /// The stores of one partition, by the names of [ViewsTopology].
    interface StoresOfAPartition {
        <V> KeyValueStore<String, V> get(String name);
    }

    /// The fold that keeps its position in a store of applied offsets, over the stores of one
    /// partition.
    ///
    /// @param applied for instance [ViewsTopology#TASKS_APPLIED]
    /// @throws IllegalArgumentException if there is none
    static Fold of(String applied, StoresOfAPartition stores) {
        return switch (applied) {
            case ViewsTopology.TASKS_APPLIED -> new TasksFold(stores);
            case ViewsTopology.DOCUMENTS_APPLIED -> new DocumentsFold(stores);
            case ViewsTopology.TASK_PROGRESS_APPLIED -> new ProgressFold(stores);
            default ->
                    throw new IllegalArgumentException(
                            "store: " + applied + " (expected: one of applied offsets)");
        };
    }
}
