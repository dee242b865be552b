package dev.millrace.schemas.codec;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Encoder;

/// Translates values of the domain to and from Avro records of one schema.
///
/// Safe for use by many threads.
///
/// @param <T> what the domain calls it
public interface RecordCodec<T> {

    /// What this codec writes.
    Schema schema();

    /// Writes one record.
    ///
    /// @throws IllegalArgumentException if the value has no form on the wire
    void write(T value, Encoder out) throws IOException;

    /// A reader of records written with a schema, ours or that of another version.
    ///
    /// @throws IllegalArgumentException if `written` is the schema of something else
    Reader<T> reader(Schema written);

    /// Reads records of one writer schema. Safe for use by many threads.
    interface Reader<T> {

        /// Reads the one record that `bytes` are from `offset` to `end`.
        ///
        /// @throws IOException if they end too early or too late
        /// @throws RuntimeException if they are no such record
        T read(byte[] bytes, int offset, int end) throws IOException;
    }

    /// Checks that `written` is a version of `ours`.
    ///
    /// Avro itself goes by the fields alone and would read one record as another that looks alike.
    static void requireSameRecord(Schema written, Schema ours) {
        if (written.getType() != Schema.Type.RECORD
                || !written.getFullName().equals(ours.getFullName())) {
            throw new IllegalArgumentException(
                    "record: " + written.getFullName() + " (expected: " + ours.getFullName() + ")");
        }
    }

    /// Checks that a record was the last thing in its bytes.
    static void requireEnd(BinaryDecoder in) throws IOException {
        if (!in.isEnd()) {
            throw new IOException("bytes after the end of the record");
        }
    }
}
