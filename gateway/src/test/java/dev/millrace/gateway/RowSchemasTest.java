package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.gateway.rows.RowSchema;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// The rows in the contract are those of the catalogue.
class RowSchemasTest {

    @Test
    void everyViewIsInTheContractAsItIsDeclared() throws Exception {
        try (var contract = RowSchemasTest.class.getResourceAsStream("/openapi.yaml")) {
            Map<String, Map<String, Map<String, Object>>> yaml = new Yaml().load(contract);
            var schemas =
                    yaml.getOrDefault("components", Map.of()).getOrDefault("schemas", Map.of());
            for (var view : ViewCatalogue.all()) {
                assertThat(JsonObject.mapFrom(schemas.get(name(view.name()))))
                        .as("schema %s", name(view.name()))
                        .isEqualTo(RowSchema.of(view));
            }
        }
    }

    private static String name(String view) {
        return Arrays.stream(view.split("-", -1))
                .map(word ->
                        word.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining("", "", "Row"));
    }
}
