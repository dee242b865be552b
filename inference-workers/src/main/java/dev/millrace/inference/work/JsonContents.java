package dev.millrace.inference.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Content;
import java.io.IOException;

/// Inputs and outputs as objects: JSON by the names of components in snake_case.
final class JsonContents {

    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();

    /* Other kinds' outputs gain fields as they like. */
    private static final ObjectMapper LENIENT =
            JSON.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private JsonContents() {}

    /// Reads one, from the blob store if it is there.
    ///
    /// @param what it is called in codes, for instance `input`
    /// @throws WorkFailed for good with `bad_<what>` if it is not of that type, and `<what>_lost`
    ///   if the blob is gone; for now with `<what>_unreadable` if it cannot be read
    static <T> T read(BlobStore blobs, Content content, Class<T> type, String what)
            throws WorkFailed {
        return read(JSON, blobs, content, type, what);
    }

    /// The same of something that may hold more than is asked for.
    static <T> T readPart(BlobStore blobs, Content content, Class<T> type, String what)
            throws WorkFailed {
        return read(LENIENT, blobs, content, type, what);
    }

    private static <T> T read(
            ObjectMapper mapper, BlobStore blobs, Content content, Class<T> type, String what)
            throws WorkFailed {
        try {
            return mapper.readValue(blobs.text(content), type);
        } catch (JsonProcessingException unfit) {
            throw WorkFailed.forGood("bad_" + what, what + ": " + unfit.getOriginalMessage());
        } catch (BlobLost lost) {
            throw WorkFailed.forGood(what + "_lost", String.valueOf(lost.getMessage()));
        } catch (IOException passing) {
            throw WorkFailed.forNow(what + "_unreadable", String.valueOf(passing.getMessage()));
        }
    }
}
