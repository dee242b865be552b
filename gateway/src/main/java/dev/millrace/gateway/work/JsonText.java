package dev.millrace.gateway.work;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.vertx.core.json.Json;
import java.io.IOException;

/// Texts that are to stand in an answer as they are, to the last digit.
final class JsonText {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {}

    /// The text if it is one JSON value, which whoever wrote it into Kafka may not have looked
    /// after; else as a JSON string.
    static String of(String text) {
        return isJson(text) ? text : Json.encode(text);
    }

    private static boolean isJson(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException notJson) {
            return false;
        }
    }
}
