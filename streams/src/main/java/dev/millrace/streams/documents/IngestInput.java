package dev.millrace.streams.documents;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.event.Digest;
import java.util.Set;

/// What a task of kind `ingest` brings: a document's name, its media type and its text or the
/// address of that.
///
/// @param name 1 to [#LONGEST_NAME] characters
/// @param mediaType one of [#MEDIA_TYPES]
record IngestInput(String name, String mediaType, Source source) {

    /// The media types that can be taken in.
    static final Set<String> MEDIA_TYPES = Set.of("text/plain", "text/markdown", "text/html");

    /// The longest name of a document.
    static final int LONGEST_NAME = 1_024;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Where the text is.
    sealed interface Source {

        /// Here.
        record Text(String text) implements Source {}

        /// In the blob store.
        record Blob(Digest digest) implements Source {}
    }

    /// Reads the JSON object that a task carries.
    ///
    /// @throws NotIngestible with the code `invalid_input` or `unsupported_media_type`
    static IngestInput parse(String json) throws NotIngestible {
        JsonNode input;
        try {
            input = JSON.readTree(json);
        } catch (JacksonException malformed) {
            throw invalid("not JSON: " + malformed.getOriginalMessage());
        }
        if (!input.isObject()) {
            throw invalid("not a JSON object");
        }
        var name = text(input, "name");
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw invalid("name: " + name.length() + " characters (expected: 1..1024)");
        }
        var mediaType = text(input, "media_type");
        if (!MEDIA_TYPES.contains(mediaType)) {
            throw new NotIngestible(
                    "unsupported_media_type",
                    "media_type: %s (expected: one of %s)"
                            .formatted(mediaType, MEDIA_TYPES.stream().sorted().toList()));
        }
        if (input.has("text") == input.has("blob")) {
            throw invalid("expected either text or blob");
        }
        return new IngestInput(
                name,
                mediaType,
                input.has("text") ? new Source.Text(text(input, "text")) : blob(input.get("blob")));
    }

    private static Source.Blob blob(JsonNode blob) throws NotIngestible {
        var hex = text(blob, "digest");
        try {
            return new Source.Blob(new Digest(hex));
        } catch (IllegalArgumentException notADigest) {
            throw invalid("blob." + notADigest.getMessage());
        }
    }

    private static String text(JsonNode object, String field) throws NotIngestible {
        var value = object.get(field);
        if (value == null || !value.isTextual()) {
            throw invalid(field + ": missing or not a string");
        }
        return value.textValue();
    }

    private static NotIngestible invalid(String detail) {
        return new NotIngestible("invalid_input", detail);
    }
}
