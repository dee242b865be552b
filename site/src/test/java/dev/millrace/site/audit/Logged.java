package dev.millrace.site.audit;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// One readable message of the log, and where it stands.
///
/// @param timestamp in milliseconds since 1970, as Kafka has it
public record Logged<P extends Message>(
        String topic,
        int partition,
        long offset,
        long timestamp,
        Headers headers,
        Envelope<P> envelope,
        P message) {

    /// `topic-partition@offset`.
    String place() {
        return "%s-%d@%d".formatted(topic, partition, offset);
    }

    /// Who caused it, if that is a worker.
    @Nullable String workerOrNull() {
        var actor = envelope.actor();
        return actor.proof() == Actor.Proof.WORKER ? actor.id() : null;
    }

    /// A header's text; empty without one.
    String header(String name) {
        var header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
