package dev.millrace.schemas.serde;

import java.io.Serial;
import org.apache.kafka.common.errors.SerializationException;

/// A record could not be read or written because the Schema Registry did not answer.
///
/// The record is not to blame: unlike any other [SerializationException] this one may pass, and the
/// record must not become a dead letter.
public final class SchemaUnreachable extends SerializationException {

    @Serial private static final long serialVersionUID = 1;

    SchemaUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
