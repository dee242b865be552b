package dev.millrace.schemas.serde;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/// What Kafka's clients fail with whoever asks again, and however late: a right that is missing, a
/// version or a setting that does not fit.
public final class LastingFailure {

    private LastingFailure() {}

    /// Whether neither waiting nor a new client mends it.
    public static boolean is(KafkaException failure) {
        return failure instanceof AuthorizationException
                || failure instanceof AuthenticationException
                || failure instanceof UnsupportedVersionException
                || failure instanceof ConfigException;
    }
}
