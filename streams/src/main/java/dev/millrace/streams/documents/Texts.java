package dev.millrace.streams.documents;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Fetches the texts of documents and puts them where their events can name them.
///
/// Reads block on the blob store; a text is at most [#LARGEST] bytes long.
final class Texts {

    /// The largest document, in bytes of UTF-8: 16 MiB.
    static final int LARGEST = 16 << 20;

    private final BlobStore blobs;

    Texts(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// A document's text.
    ///
    /// @param size in bytes of UTF-8
    record Text(Digest digest, int size, Content content) {}

    /// The text that content stands for.
    ///
    /// @throws NotIngestible with the code `blob_unavailable`
    String read(Content content) throws NotIngestible {
        return switch (content) {
            case Content.Inline(String text) -> text;
            case Content.Stored(Digest digest, long _) ->
                    new String(fetch(digest), StandardCharsets.UTF_8);
        };
    }

    /// The text of an input, durable where it is named.
    ///
    /// @throws NotIngestible with the code `blob_unavailable`, `not_text` or `too_large`
    Text take(IngestInput.Source source) throws NotIngestible {
        return switch (source) {
            case IngestInput.Source.Text(String text) -> given(text);
            case IngestInput.Source.Blob(Digest digest) -> stored(digest);
        };
    }

    private Text given(String text) throws NotIngestible {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        checkSize(bytes);
        try {
            /* What UTF-8 has no word for is a question mark from here on, as in the digest. */
            var content = blobs.hold(new String(bytes, StandardCharsets.UTF_8));
            return new Text(Digest.of(bytes), bytes.length, content);
        } catch (IOException failure) {
            throw unavailable("the text could not be stored", failure);
        }
    }

    private Text stored(Digest digest) throws NotIngestible {
        var bytes = fetch(digest);
        checkSize(bytes);
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            var content =
                    bytes.length <= Content.MAX_INLINE_BYTES
                            ? new Content.Inline(text.toString())
                            : new Content.Stored(digest, bytes.length);
            return new Text(digest, bytes.length, content);
        } catch (CharacterCodingException notUtf8) {
            throw new NotIngestible("not_text", "blob " + digest + " (expected: UTF-8)");
        }
    }

    private byte[] fetch(Digest digest) throws NotIngestible {
        try {
            return blobs.get(digest);
        } catch (IOException failure) {
            throw unavailable("blob " + digest, failure);
        }
    }

    private static void checkSize(byte[] bytes) throws NotIngestible {
        if (bytes.length > LARGEST) {
            throw new NotIngestible(
                    "too_large",
                    "text: %d bytes (expected: at most %d)".formatted(bytes.length, LARGEST));
        }
    }

    /* The message of an IOException may name a folder of this machine, which is nobody's business. */
    private static NotIngestible unavailable(String what, IOException failure) {
        return new NotIngestible(
                "blob_unavailable",
                what
                        + ": "
                        + failure.getClass().getSimpleName()
                        + "; submit it again under an Idempotency-Key of its own");
    }
}
