package dev.millrace.streams.simulation.log;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.streams.decide.HostedDecide.Place;
import org.jspecify.annotations.Nullable;

/// A record in the simulated log.
///
/// @param timestamp when the broker took it in, by the broker's clock, in milliseconds since 1970
/// @param author who wrote it
/// @param cause as the headers of what `decide` writes have it; null elsewhere
/// @param transaction null if it was written outside of one
public record LogRecord(
        Place place,
        long timestamp,
        String key,
        Envelope<? extends Message> envelope,
        String author,
        @Nullable Place cause,
        @Nullable Transaction transaction) {

    /// Whether those who read what is committed get to see it.
    public boolean isCommitted() {
        return transaction == null || transaction.isCommitted();
    }

    boolean isOpen() {
        return transaction != null && transaction.isOpen();
    }

    /// Null if it is sealed.
    public @Nullable Message message() {
        return envelope.messageOrNull();
    }
}
