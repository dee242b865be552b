package dev.millrace.streams.documents;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches the texts of documents and puts them where their events can name them.
///
/// Reads block on the blob store; a text is at most [#LARGEST] bytes long. A store that fails is
/// asked again after each of [#WAITS], four seconds in all; then the record fails with
/// [BlobsUnavailable] and is read again. Only a blob that is surely gone is its task's misfortune.
final class Texts {

    /// The largest document, in bytes of UTF-8: 16 MiB.
    static final int LARGEST = 16 << 20;

    /// Between one try and the next.
    static final List<Duration> WAITS =
            List.of(
                    Duration.ofMillis(250),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(2250));

    private static final Logger LOG = LoggerFactory.getLogger(Texts.class);

    private final BlobStore blobs;
    private final Pause pause;

    /// @param pause how to wait: on a stream thread, for real
    Texts(BlobStore blobs, Pause pause) {
        this.blobs = blobs;
        this.pause = pause;
    }

    /// Waits.
    interface Pause {

        /// For real.
        Pause REAL = Thread::sleep;

        void of(Duration time) throws InterruptedException;
    }

    /// A document's text.
    ///
    /// @param size in bytes of UTF-8
    record Text(Digest digest, int size, Content content) {}

    /// The text that content stands for.
    ///
    /// @throws NotIngestible with the code `blob_lost`
    String read(Content content) throws NotIngestible {
        return switch (content) {
            case Content.Inline(String text) -> text;
            case Content.Stored(Digest digest, long _) ->
                    new String(fetch(digest), StandardCharsets.UTF_8);
        };
    }

    /// The text of an input, durable where it is named.
    ///
    /// @throws NotIngestible with the code `blob_lost`, `not_text` or `too_large`
    Text take(IngestInput.Source source) throws NotIngestible {
        return switch (source) {
            case IngestInput.Source.Text(String text) -> given(text);
            case IngestInput.Source.Blob(Digest digest) -> stored(digest);
        };
    }

    private Text given(String text) throws NotIngestible {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        checkSize(bytes);
        /* What UTF-8 has no word for is a question mark from here on, as in the digest. */
        var whole = new String(bytes, StandardCharsets.UTF_8);
        return new Text(Digest.of(bytes), bytes.length, patiently(() -> blobs.hold(whole)));
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
        return patiently(() -> blobs.get(digest));
    }

    private <T> T patiently(Attempt<T> attempt) throws NotIngestible {
        for (int tried = 0; ; tried++) {
            try {
                return attempt.make();
            } catch (BlobLost lost) {
                throw new NotIngestible(
                        "blob_lost",
                        lost.getMessage()
                                + "; send the document again, under another Idempotency-Key");
            } catch (IOException fault) {
                if (tried == WAITS.size()) {
                    throw new BlobsUnavailable(fault);
                }
                LOG.atWarn()
                        .setMessage("The blob store failed and is asked again")
                        .addKeyValue("tried", tried + 1)
                        .addKeyValue("cause", fault.toString())
                        .log();
                pause(WAITS.get(tried), fault);
            }
        }
    }

    private void pause(Duration time, IOException fault) {
        try {
            pause.of(time);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new BlobsUnavailable(fault);
        }
    }

    private interface Attempt<T> {
        T make() throws IOException;
    }

    private static void checkSize(byte[] bytes) throws NotIngestible {
        if (bytes.length > LARGEST) {
            throw new NotIngestible(
                    "too_large",
                    "text: %d bytes (expected: at most %d)".formatted(bytes.length, LARGEST));
        }
    }
}
