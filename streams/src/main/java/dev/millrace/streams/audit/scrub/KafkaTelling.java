package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.AuditEvent;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.client.Causes;
import dev.millrace.schemas.client.EventSender;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/// Writes to `audit-events`. Its producer is made at the first event. Confined to one thread.
public final class KafkaTelling implements Telling {

    private static final Actor ACTOR = new Actor("audit", Actor.Proof.WORKER);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Supplier<Producer<String, Envelope<AuditEvent>>> producers;
    private final Site site;
    private final InstantSource clock;
    private @Nullable Producer<String, Envelope<AuditEvent>> producer;

    /// @param kafka where the cluster is and how to log in to it
    public KafkaTelling(
            Map<String, Object> kafka, EventSerdes serdes, Site site, InstantSource clock) {
        this.producers =
                EventSender.producers(Topics.AUDIT_EVENTS, "audit-events", kafka, serdes, TIMEOUT);
        this.site = site;
        this.clock = clock;
    }

    @Override
    public void tell(UUID id, AuditEvent event) {
        var using = producer;
        if (using == null) {
            using = producers.get();
            producer = using;
        }
        int partitions = using.partitionsFor(Topics.AUDIT_EVENTS.name()).size();
        var envelope =
                Envelope.first(
                        id,
                        clock.instant(),
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        ACTOR,
                        site,
                        event);
        try {
            using.send(
                            EventProducerRecords.record(
                                    Topics.AUDIT_EVENTS, partitions, event.key(), envelope))
                    .get();
        } catch (ExecutionException failed) {
            throw Causes.ofKafka(failed);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_TIMEOUT);
        }
    }
}
