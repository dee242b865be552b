package dev.millrace.schemas.codec;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.event.Trace;
import dev.millrace.schemas.record.ActorRecord;
import dev.millrace.schemas.record.LabelsRecord;
import dev.millrace.schemas.record.SiteRecord;
import dev.millrace.schemas.record.TraceRecord;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// Translates the fields that every topic's record begins with.
///
/// Avro has no inheritance, so the generated classes share these fields by position alone; that
/// their positions are the same is checked of each schema.
final class EnvelopeCodec {

    /// The last field of every topic's record.
    static final String PAYLOAD = "payload";

    private static final List<String> FIELDS =
            List.of(
                    "id",
                    "type",
                    "time",
                    "tenant",
                    "subject",
                    "labels",
                    "actor",
                    "site",
                    "causation",
                    "correlation",
                    "trace",
                    PAYLOAD);

    private EnvelopeCodec() {}

    /// Checks that a topic's record is an envelope.
    static Schema requireEnvelope(Schema schema) {
        var fields = schema.getFields().stream().map(Schema.Field::name).toList();
        if (!fields.equals(FIELDS)) {
            throw new IllegalStateException(
                    schema.getFullName() + ": " + fields + " (expected: " + FIELDS + ")");
        }
        return schema;
    }

    /// Puts all but the payload into an empty record.
    static void put(Envelope<?> envelope, SpecificRecord record) {
        var actor = envelope.actor();
        var site = envelope.site();
        var trace = envelope.trace();
        record.put(0, envelope.id());
        record.put(1, envelope.type());
        record.put(2, envelope.time());
        record.put(3, envelope.tenant());
        record.put(4, envelope.subject());
        record.put(5, SharedCodec.record(envelope.labels()));
        record.put(6, new ActorRecord(actor.id(), actor.proof().wireName()));
        record.put(7, new SiteRecord(site.peer(), site.incarnation()));
        record.put(8, envelope.causation());
        record.put(9, envelope.correlation());
        record.put(10, trace == null ? null : new TraceRecord(trace.parent(), trace.state()));
    }

    static void putPayload(Object branch, SpecificRecord record) {
        record.put(11, branch);
    }

    static Object payload(SpecificRecord record) {
        return record.get(11);
    }

    /// The envelope whose fields are in `record`, around a payload that was read from it.
    static <P extends Message> Envelope<P> envelope(SpecificRecord record, Payload<P> payload) {
        return new Envelope<>(
                (UUID) record.get(0),
                (String) record.get(1),
                (Instant) record.get(2),
                (String) record.get(3),
                (@Nullable String) record.get(4),
                SharedCodec.labels((LabelsRecord) record.get(5)),
                actor((ActorRecord) record.get(6)),
                site((SiteRecord) record.get(7)),
                (@Nullable UUID) record.get(8),
                (UUID) record.get(9),
                trace((@Nullable TraceRecord) record.get(10)),
                payload);
    }

    private static Actor actor(ActorRecord record) {
        return new Actor(record.getId(), Actor.Proof.ofWireName(record.getProof()));
    }

    private static Site site(SiteRecord record) {
        return new Site(record.getPeer(), record.getIncarnation());
    }

    private static @Nullable Trace trace(@Nullable TraceRecord record) {
        return record == null ? null : new Trace(record.getParent(), record.getState());
    }
}
