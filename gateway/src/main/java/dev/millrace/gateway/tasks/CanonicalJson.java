package dev.millrace.gateway.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/// JSON in one form only, compact and with sorted names, so that equal inputs have equal digests.
public final class CanonicalJson {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private CanonicalJson() {}

    /// The text of an input.
    ///
    /// @throws ProblemException 422 if a text in it is no Unicode text
    static String of(JsonObject object) {
        return of("input", object);
    }

    /// The text of an object.
    ///
    /// @param field that it is the value of
    /// @throws ProblemException 422 if a text in it is no Unicode text
    public static String of(String field, JsonObject object) {
        try {
            var bytes = JSON.writeValueAsBytes(object.getMap());
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (JsonProcessingException invalid) {
            throw new ProblemException(
                    Problem.ofField(ProblemKind.NOT_TEXT, field, invalid.getOriginalMessage()));
        }
    }
}
