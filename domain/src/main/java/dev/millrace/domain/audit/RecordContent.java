package dev.millrace.domain.audit;

import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Digest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a record holds, as its writer sent it.
///
/// @param key null for none, as Kafka has it
/// @param value null for none
/// @param headers in their order, without those that a copy adds
public record RecordContent(@Nullable Bytes key, @Nullable Bytes value, List<Header> headers) {

    /// Far above what a topic takes.
    public static final int MAX_BYTES = 16 << 20;

    public static final int MOST_HEADERS = 4096;

    private static final int TAG = 1;
    private static final int LONGEST_NAME = 0xFFFF;

    public RecordContent {
        headers = List.copyOf(headers);
        if (headers.size() > MOST_HEADERS) {
            throw new IllegalArgumentException(
                    "headers: %d (expected: 0..%d)".formatted(headers.size(), MOST_HEADERS));
        }
    }

    /// A header.
    ///
    /// @param value null for none
    public record Header(String name, @Nullable Bytes value) {}

    /// Key, value and the number of headers, then name and value of each. What varies in length
    /// stands behind its length; -1 is the length of nothing.
    public byte[] encode() {
        var content = new CanonicalWriter().u8(TAG).bytes(key).bytes(value).i32(headers.size());
        for (var header : headers) {
            content.text(header.name).bytes(header.value);
        }
        return content.toBytes();
    }

    /// Reads what [#encode] writes.
    ///
    /// @throws IllegalArgumentException if `encoded` is anything else
    public static RecordContent decode(byte[] encoded) {
        var content = new CanonicalReader(encoded);
        content.tag(TAG, "the content of a record");
        var key = content.nullableBytes(MAX_BYTES);
        var value = content.nullableBytes(MAX_BYTES);
        int count = content.count(MOST_HEADERS);
        var headers = new ArrayList<Header>();
        for (int i = 0; i < count; i++) {
            headers.add(new Header(content.text(LONGEST_NAME), content.nullableBytes(MAX_BYTES)));
        }
        content.end();
        return new RecordContent(key, value, headers);
    }

    /// The SHA-256 of [#encode].
    public Hash digest() {
        return Hash.of(Digest.sha256().digest(encode()));
    }
}
