package dev.millrace.streams.runtime;

import dev.millrace.schemas.serde.SchemaUnreachable;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.jspecify.annotations.Nullable;

/// Tells what has to come back from what will not mend by waiting.
///
/// Besides the silence itself, what a broker says to a client that it has not heard of for long is
/// part of an outage: that its producer's id has expired, or was given to the next.
final class Outage {

    private Outage() {}

    /// What is away, for people; null if the cause is another.
    static @Nullable String of(Throwable cause) {
        for (@Nullable Throwable one = cause; one != null; one = one.getCause()) {
            switch (one) {
                case Absence absence -> {
                    return absence.absent();
                }
                case SchemaUnreachable _ -> {
                    return "the Schema Registry";
                }
                case RetriableException _,
                        InvalidPidMappingException _,
                        InvalidProducerEpochException _,
                        ProducerFencedException _,
                        TransactionAbortableException _,
                        UnknownProducerIdException _,
                        MissingSourceTopicException _,
                        TaskMigratedException _ -> {
                    return "the broker";
                }
                default -> {
                    /* A wrapping; what is inside tells. */
                }
            }
        }
        return null;
    }
}
