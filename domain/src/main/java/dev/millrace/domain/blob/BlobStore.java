package dev.millrace.domain.blob;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Content too large for the log, addressed by its SHA-256.
///
/// Safe for use by many threads; calls block on the disk or the network.
public interface BlobStore {

    /// Stores `content` and returns its address. When this returns, the content is durable: an
    /// event that names it may be published. Storing the same content again changes nothing, unless
    /// what is there was damaged: then it is whole again.
    ///
    /// @throws StorageFull if there is no room for it
    /// @throws IOException if it cannot be stored just now; nothing of it is left
    Digest put(byte[] content) throws IOException;

    /// The content at an address, checked against it.
    ///
    /// @throws BlobLost if there is none, or it is no longer what its address says
    /// @throws IOException if it cannot be read just now
    byte[] get(Digest digest) throws IOException;

    /// Puts a text where it belongs: into the record if it is small enough, else into this store.
    default Content hold(String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= Content.MAX_INLINE_BYTES
                ? new Content.Inline(text)
                : new Content.Stored(put(bytes), bytes.length);
    }

    /// The text that `content` stands for.
    default String text(Content content) throws IOException {
        return switch (content) {
            case Content.Inline(String text) -> text;
            case Content.Stored(Digest digest, long _) ->
                    new String(get(digest), StandardCharsets.UTF_8);
        };
    }
}
