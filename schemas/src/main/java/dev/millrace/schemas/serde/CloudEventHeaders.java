package dev.millrace.schemas.serde;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;

/// The headers of one topic's records: CloudEvents 1.0 in the binary mode of its Kafka protocol
/// binding, and the fingerprint by which the schema is found at any site.
///
/// There is no `ce_subject`: it would show whose personal data a record is, though its payload be
/// sealed. A header that is there already, forwarded from an input, is replaced.
final class CloudEventHeaders {

    static final String SCHEMA_FINGERPRINT = "schema-fp";

    /// ISO 8601, UTC, whole microseconds.
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final String fingerprint;

    /// @param fingerprint of the schema that the records are written with
    CloudEventHeaders(Digest fingerprint) {
        this.fingerprint = fingerprint.hex();
    }

    void put(Envelope<?> envelope, Headers into) {
        replace(into, "ce_specversion", "1.0");
        replace(into, "ce_id", envelope.id().toString());
        replace(into, "ce_type", envelope.type());
        replace(
                into,
                "ce_source",
                "/sites/" + envelope.site().peer() + "/" + envelope.site().incarnation());
        replace(into, "ce_time", TIME.format(envelope.time()));
        replace(into, "content-type", "application/avro");
        replace(into, SCHEMA_FINGERPRINT, fingerprint);
        var trace = envelope.trace();
        if (trace == null) {
            into.remove("ce_traceparent").remove("ce_tracestate");
            return;
        }
        replace(into, "ce_traceparent", trace.parent());
        if (trace.state().isEmpty()) {
            into.remove("ce_tracestate");
        } else {
            replace(into, "ce_tracestate", trace.state());
        }
    }

    private static void replace(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
