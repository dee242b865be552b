package dev.millrace.schemas.container;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.schemas.codec.EventCodec;
import dev.millrace.schemas.codec.EventCodecs;
import dev.millrace.schemas.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/// Makes an Avro container file of the events of one topic, bit by bit: Avro 1.12 §Object Container
/// Files, with the schema that this version writes the topic with, and blocks of about 64 KB that
/// are deflated. Records of older versions are written anew with that schema.
///
/// What was made waits in memory until it is taken. Confined to one thread.
public final class EventContainer<P extends Message> {

    private static final EventCodecs CODECS = new EventCodecs();
    private static final int LEVEL = 6;
    private static final int BLOCK_BYTES = 64_000;

    private final Topic<P> topic;
    private final EventCodec<P> codec;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private final DataFileWriter<Object> file;
    private BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(record, null);

    /// Begins a file.
    ///
    /// @param metadata goes into its head; a name must not begin with `avro.`
    public EventContainer(Topic<P> topic, Map<String, String> metadata) {
        this.topic = topic;
        this.codec = CODECS.of(topic.vocabulary());
        this.file = new DataFileWriter<>(new GenericDatumWriter<>());
        file.setCodec(CodecFactory.deflateCodec(LEVEL));
        file.setSyncInterval(BLOCK_BYTES);
        metadata.forEach(file::setMeta);
        try {
            var _ = file.create(codec.schema(), made);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    /// Adds an event.
    ///
    /// @param envelope of this topic
    /// @return false if it cannot be written by this version, since it holds what only a newer one
    ///   knows; it is left out
    public boolean append(Envelope<?> envelope) {
        record.reset();
        try {
            codec.write(mine(envelope), encoder);
            encoder.flush();
        } catch (IllegalArgumentException unknown) {
            encoder = EncoderFactory.get().binaryEncoder(record, null); // it may hold half a record
            return false;
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        try {
            file.appendEncoded(ByteBuffer.wrap(record.toByteArray()));
            return true;
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
    }

    /// Takes what was made since it was taken last; what is in a block that is not full yet comes
    /// later.
    public byte[] take() {
        var bytes = made.toByteArray();
        made.reset();
        return bytes;
    }

    /// Takes what was made, and ends a block for it if any is begun.
    public byte[] flush() {
        try {
            file.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        return take();
    }

    /// Takes the rest, which ends the file.
    public byte[] end() {
        try {
            file.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        return take();
    }

    private Envelope<P> mine(Envelope<?> envelope) {
        var message = envelope.messageOrNull();
        if (message != null && !topic.vocabulary().isInstance(message)) {
            throw new IllegalStateException(
                    message.getClass() + " is no event of the topic " + topic.name());
        }
        @SuppressWarnings("unchecked") // a payload that is not clear is of no vocabulary
        var same = (Envelope<P>) envelope;
        return same;
    }
}
