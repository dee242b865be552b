package dev.millrace.site.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/// A reader of the gateway.
@FunctionalInterface
public interface ViewSource {

    /// The answer to a GET.
    ///
    /// @param path with its query, for instance `/v1/views/tasks`
    /// @throws IOException unless the answer is a 200
    JsonNode get(String path) throws IOException, InterruptedException;
}
