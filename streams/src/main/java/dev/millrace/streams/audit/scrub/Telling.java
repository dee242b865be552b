package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.AuditEvent;
import java.util.UUID;

/// Where the scrub says what it found.
public interface Telling extends AutoCloseable {

    /// Returns when the event is durable.
    ///
    /// @param id the same whenever the same is told
    /// @throws org.apache.kafka.common.KafkaException if it is not known to be
    void tell(UUID id, AuditEvent event);

    @Override
    void close();
}
