package dev.millrace.domain.event;

import java.nio.charset.StandardCharsets;

/// A text that is either in the record itself or, when large, in the blob store.
public sealed interface Content {

    /// The largest text kept inside a record, in bytes of UTF-8.
    int MAX_INLINE_BYTES = 64 * 1024;

    /// A text of at most [#MAX_INLINE_BYTES] bytes.
    record Inline(String text) implements Content {
        public Inline {
            int size = text.getBytes(StandardCharsets.UTF_8).length;
            if (size > MAX_INLINE_BYTES) {
                throw new IllegalArgumentException(
                        "text: " + size + " bytes (expected: at most 65536; store it as a blob)");
            }
        }
    }

    /// A text in the blob store.
    ///
    /// @param digest its address there
    /// @param size in bytes of UTF-8
    record Stored(Digest digest, long size) implements Content {
        public Stored {
            if (size < 0) {
                throw new IllegalArgumentException("size: " + size + " (expected: >= 0)");
            }
        }
    }
}
