package dev.millrace.gateway.submit;

import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.ProblemException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The labels that a publisher gives its input.
public final class DeclaredLabels {

    private DeclaredLabels() {}

    /// From the `labels` of a JSON body; the default ones if there are none.
    public static Labels of(JsonObject body) {
        var labels = body.getJsonObject("labels", new JsonObject());
        var tags =
                labels.getJsonArray("tags", new JsonArray()).stream().map(String::valueOf).toList();
        return of(labels.getString("sensitivity"), tags);
    }

    /// From the fields of a form.
    ///
    /// @param tags joined by commas
    /// @throws ProblemException 400 if a tag is not one
    public static Labels of(@Nullable String sensitivity, @Nullable String tags) {
        if (tags == null || tags.isBlank()) {
            return of(sensitivity, List.of());
        }
        return Call.parsed(
                "tags", tags, text -> of(sensitivity, List.of(text.strip().split("\\s*,\\s*"))));
    }

    private static Labels of(@Nullable String sensitivity, Collection<String> tags) {
        return Labels.of(
                sensitivity == null
                        ? Labels.DEFAULT.sensitivity()
                        : Sensitivity.ofWireName(sensitivity),
                tags);
    }
}
