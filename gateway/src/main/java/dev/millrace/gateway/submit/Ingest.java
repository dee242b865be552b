package dev.millrace.gateway.submit;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Brings documents into the one form in which tasks of the kind `ingest` carry them: the text in
/// the record if it is small, else in the blob store.
///
/// Safe for use by many threads; calls block on the blob store.
public final class Ingest {

    /// The most text a document may hold, in bytes of UTF-8.
    public static final int MAX_TEXT_BYTES = 16 * 1024 * 1024;

    private final InputStore store;

    public Ingest(InputStore store) {
        this.store = store;
    }

    /// Makes a document ready, and stores its text if it is large.
    ///
    /// @param mediaType null if it follows from the name
    /// @throws ProblemException if the media type is not taken, or the text is too large or no
    ///   text, or cannot be stored
    public Prepared prepare(String tenant, String name, @Nullable String mediaType, String text) {
        var type = mediaType == null ? TextType.ofName(name) : TextType.ofMediaType(mediaType);
        UnicodeText.requireWhole("name", name);
        UnicodeText.requireWhole("text", text);
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new ProblemException(tooLarge(bytes.length));
        }
        var digest = Digest.of(bytes);
        return new Prepared(
                DocumentId.of(tenant, name, digest),
                input(name, type, text, bytes, digest),
                inputDigest(name, type, digest));
    }

    /// What tells a document from another one under the same task; nothing is stored.
    ///
    /// @param mediaType null if it follows from the name
    /// @throws ProblemException if the media type is not taken
    public static Digest digest(String name, @Nullable String mediaType, String text) {
        var type = mediaType == null ? TextType.ofName(name) : TextType.ofMediaType(mediaType);
        return inputDigest(name, type, Digest.of(text));
    }

    private static Digest inputDigest(String name, TextType type, Digest text) {
        return Digest.of(name + "\n" + type.mediaType() + "\n" + text.hex());
    }

    /// The problem of a text that is too large.
    public static Problem tooLarge(long bytes) {
        return Problem.of(
                ProblemKind.TOO_LARGE,
                "text: "
                        + bytes
                        + " bytes (expected: at most "
                        + MAX_TEXT_BYTES
                        + "); split the document");
    }

    private Content input(String name, TextType type, String text, byte[] bytes, Digest digest) {
        var input = new JsonObject().put("name", name).put("media_type", type.mediaType());
        if (bytes.length <= Content.MAX_INLINE_BYTES) {
            // Escapes may make the object larger than its text.
            var inline = input.copy().put("text", text).encode();
            if (inline.getBytes(StandardCharsets.UTF_8).length <= Content.MAX_INLINE_BYTES) {
                return new Content.Inline(inline);
            }
        }
        store.put(bytes);
        var blob = new JsonObject().put("digest", digest.hex()).put("size", bytes.length);
        return new Content.Inline(input.put("blob", blob).encode());
    }

    /// A document that is ready to be submitted.
    ///
    /// @param input of the task
    /// @param inputDigest tells it from another document under the same task
    public record Prepared(DocumentId document, Content input, Digest inputDigest) {}
}
