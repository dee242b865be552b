package dev.millrace.gateway.contract;

import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The attributes of a CloudEvent whose data are the body of a request and whose attributes are its
/// `ce-` headers (CloudEvents 1.0, HTTP protocol binding §3.1: binary mode).
final class EventHeaders {

    private static final String PREFIX = "ce-";
    private static final Set<String> DATA = Set.of("data", "data_base64");
    private static final int HEX = 16;

    private EventHeaders() {}

    /// Whether a request is such an event, or tries to be.
    static boolean areIn(MultiMap headers) {
        return headers.names().stream().anyMatch(EventHeaders::isAttribute);
    }

    /// Every attribute by its name, its value without quotes and percent-encoding.
    ///
    /// @throws ProblemException 400 if a value cannot be read, or stands there twice
    static Map<String, String> attributes(MultiMap headers) {
        var attributes = new TreeMap<String, String>();
        for (var header : headers) {
            if (isAttribute(header.getKey())) {
                var name = header.getKey().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
                if (DATA.contains(name)) {
                    throw refused(name, "the body holds the data (expected: no such header)");
                }
                if (attributes.put(name, value(name, header.getValue())) != null) {
                    throw refused(name, "given more than once");
                }
            }
        }
        return attributes;
    }

    private static boolean isAttribute(String header) {
        return header.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    private static String value(String name, String header) {
        var text = unquoted(header);
        if (text.indexOf('%') < 0) {
            return text;
        }
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), HEX) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), HEX) : -1;
            if (high < 0 || low < 0) {
                throw refused(
                        name, "% at character " + i + " (expected: %25, or % and two digits)");
            }
            bytes.write(high * HEX + low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw refused(name, "not UTF-8 (expected: UTF-8, percent-encoded)");
        }
    }

    /// Without the quotes that some senders put around values, as they should not.
    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static ProblemException refused(String attribute, String why) {
        return new ProblemException(Problem.ofField(ProblemKind.INVALID_REQUEST, attribute, why));
    }
}
