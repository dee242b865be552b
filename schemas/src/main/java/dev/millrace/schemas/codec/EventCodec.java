package dev.millrace.schemas.codec;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.schemas.record.SealedRecord;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/// Translates the envelopes of one topic.
///
/// @param <P> the topic's vocabulary
public final class EventCodec<P extends Message> implements RecordCodec<Envelope<P>> {

    private final PayloadCodec<P> payloads;
    private final Schema generated;
    private final Schema schema;
    private final GeneratedRecords data;
    private final SpecificDatumWriter<SpecificRecord> writer;

    EventCodec(PayloadCodec<P> payloads) {
        this.payloads = payloads;
        this.generated = EnvelopeCodec.requireEnvelope(payloads.newRecord().getSchema());
        this.schema = WireSchemas.withoutJavaHints(generated);
        this.data = new GeneratedRecords(generated);
        this.writer = new SpecificDatumWriter<>(generated, data);
    }

    /// What the topic's records say.
    public Class<P> vocabulary() {
        return payloads.vocabulary();
    }

    @Override
    public Schema schema() {
        return schema;
    }

    /// @throws IllegalArgumentException if the payload is unknown: it can be passed on as the bytes
    ///   it was, never written anew
    @Override
    public void write(Envelope<P> envelope, Encoder out) throws IOException {
        var record = payloads.newRecord();
        EnvelopeCodec.put(envelope, record);
        EnvelopeCodec.putPayload(branch(envelope.payload()), record);
        writer.write(record, out);
    }

    private SpecificRecord branch(Payload<P> payload) {
        return switch (payload) {
            case Payload.Clear<P>(var message) -> payloads.toRecord(message);
            case Payload.Sealed<P> sealed -> SharedCodec.record(sealed);
            case Payload.Unknown<P>(var branch, _) ->
                    throw new IllegalArgumentException(
                            "payload: " + branch + " (expected: one this version can write)");
        };
    }

    @Override
    public Reader<Envelope<P>> reader(Schema written) {
        RecordCodec.requireSameRecord(written, schema);
        var known = new Known(written);
        return Branches.mayLack(written, generated) ? new Newer(written, known) : known;
    }

    /// Reads records all of whose branches are ours.
    private final class Known implements Reader<Envelope<P>> {

        private final SpecificDatumReader<SpecificRecord> reader;

        Known(Schema written) {
            this.reader = new SpecificDatumReader<>(written, generated, data);
        }

        @Override
        public Envelope<P> read(byte[] bytes, int offset, int end) throws IOException {
            var in = DecoderFactory.get().binaryDecoder(bytes, offset, end - offset, null);
            var record = reader.read(null, in);
            RecordCodec.requireEnd(in);
            return EnvelopeCodec.envelope(record, payload(EnvelopeCodec.payload(record)));
        }

        private Payload<P> payload(Object branch) {
            return branch instanceof SealedRecord sealed
                    ? SharedCodec.sealed(sealed)
                    : new Payload.Clear<>(payloads.toMessage(branch));
        }
    }

    /// Reads records that may hold branches of a newer version. They are read as what they are
    /// first, to see which branch they hold, and again as what we know.
    private final class Newer implements Reader<Envelope<P>> {

        private final GenericDatumReader<GenericRecord> asWritten;
        private final SpecificDatumReader<SpecificRecord> withoutPayload;
        private final Schema ourPayload;
        private final Digest fingerprint;
        private final Known known;

        Newer(Schema written, Known known) {
            this.asWritten = new GenericDatumReader<>(written);
            this.withoutPayload =
                    new SpecificDatumReader<>(
                            written, WireSchemas.without(generated, EnvelopeCodec.PAYLOAD), data);
            this.ourPayload = generated.getField(EnvelopeCodec.PAYLOAD).schema();
            this.fingerprint = WireSchemas.fingerprint(written);
            this.known = known;
        }

        @Override
        public Envelope<P> read(byte[] bytes, int offset, int end) throws IOException {
            var in = DecoderFactory.get().binaryDecoder(bytes, offset, end - offset, null);
            var datum = asWritten.read(null, in);
            RecordCodec.requireEnd(in);
            var payload = (GenericRecord) datum.get(EnvelopeCodec.PAYLOAD);
            if (!Branches.lacks(payload, ourPayload)) {
                return known.read(bytes, offset, end);
            }
            var again = DecoderFactory.get().binaryDecoder(bytes, offset, end - offset, in);
            var record = withoutPayload.read(null, again);
            return EnvelopeCodec.envelope(
                    record, new Payload.Unknown<>(payload.getSchema().getFullName(), fingerprint));
        }
    }
}
