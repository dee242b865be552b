package dev.millrace.inference.kinds.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The output of a task of the kind `http`.
///
/// @param headers their names in lower case, without those of cookies; what comes twice is joined
///   by commas
/// @param body JSON as it is, a text as a text; missing if there is none
/// @param bodyBase64 any other body
/// @param url the last one, after redirects
@JsonInclude(JsonInclude.Include.NON_NULL)
record CallOutput(
        int status,
        Map<String, String> headers,
        @Nullable JsonNode body,
        @Nullable String bodyBase64,
        String url) {}
