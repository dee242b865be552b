package dev.millrace.gateway.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.gateway.problem.FieldError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaExamTest {

    @Test
    void schemasThatCanBeUsedHaveNoFaults() {
        for (var schema :
                List.of(
                        "{}",
                        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"}",
                        "{\"type\":\"object\",\"properties\":{\"$ref\":{\"type\":\"string\"}}}",
                        "{\"const\":{\"$ref\":\"http://elsewhere.example/s\"}}",
                        "{\"properties\":{\"a\":{\"$ref\":\"#\"}}}",
                        "{\"$defs\":{\"a/b\":{\"type\":\"string\"}},\"items\":{\"$ref\":\"#/$defs/a~1b\"}}",
                        "{\"properties\":{\"a\":true,\"b\":false},\"x-ours\":{\"any\":1}}",
                        "{\"if\":{\"required\":[\"a\"]},\"then\":{\"required\":[\"b\"]}}")) {
            assertThat(faults(schema)).as(schema).isEmpty();
        }
    }

    @Test
    void builtInSchemasCanBeUsed() {
        assertThat(BuiltInKinds.ALL)
                .flatExtracting(TaskKind::inputSchema, TaskKind::outputSchema)
                .allSatisfy(schema -> assertThat(faults(schema.toString())).isEmpty());
    }

    @Test
    void aFaultIsNamedByItsPointer() {
        var faulty =
                Map.ofEntries(
                        Map.entry("{\"type\":\"objekt\"}", "/type"),
                        Map.entry("{\"properties\":{\"a\":{\"type\":7}}}", "/properties/a/type"),
                        Map.entry("{\"properties\":{\"a/b\":7}}", "/properties/a~1b"),
                        Map.entry("{\"required\":\"a\"}", "/required"),
                        Map.entry("{\"allOf\":[]}", "/allOf"),
                        Map.entry("{\"items\":[{}]}", "/items"),
                        Map.entry("{\"minLength\":-1}", "/minLength"),
                        Map.entry("{\"maxItems\":99999999999}", "/maxItems"),
                        Map.entry("{\"pattern\":\"(\"}", "/pattern"),
                        Map.entry("{\"patternProperties\":{\"[\":{}}}", "/patternProperties"),
                        Map.entry(
                                "{\"$schema\":\"http://json-schema.org/draft-07/schema\"}",
                                "/$schema"),
                        Map.entry(
                                "{\"items\":{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"}}",
                                "/items/$schema"),
                        Map.entry("{\"$id\":\"urn:a\"}", "/$id"),
                        Map.entry("{\"$defs\":{\"a\":{\"$anchor\":\"a\"}}}", "/$defs/a/$anchor"),
                        Map.entry("{\"not\":{\"$dynamicRef\":\"#a\"}}", "/not/$dynamicRef"));
        faulty.forEach((schema, at) ->
                assertThat(faults(schema))
                        .as(schema)
                        .extracting(FieldError::field)
                        .isNotEmpty()
                        .allSatisfy(field -> assertThat(field).startsWith("/input_schema" + at)));
    }

    @Test
    void referencesStayInside() {
        for (var reference :
                List.of(
                        "http://elsewhere.example/schema",
                        "other.json",
                        "#anchor",
                        "#/$defs/absent",
                        "#/properties",
                        "#/x%2Fy")) {
            assertThat(faults("{\"properties\":{\"a\":{\"$ref\":\"" + reference + "\"}}}"))
                    .as(reference)
                    .extracting(FieldError::field)
                    .containsExactly("/input_schema/properties/a/$ref");
        }
    }

    @Test
    void aCircleThatLooksAtNothingSmallerIsRefused() {
        for (var schema :
                List.of(
                        "{\"$ref\":\"#\"}",
                        "{\"anyOf\":[{\"type\":\"string\"},{\"$ref\":\"#\"}]}",
                        "{\"$defs\":{\"a\":{\"not\":{\"$ref\":\"#/$defs/b\"}},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
                        "{\"dependentSchemas\":{\"a\":{\"if\":{\"$ref\":\"#\"}}}}")) {
            assertThat(faults(schema))
                    .as(schema)
                    .extracting(FieldError::message)
                    .anySatisfy(message -> assertThat(message).contains("leads back to itself"));
        }
    }

    @Test
    void aSchemaThatDoublesItselfOverAndOverIsRefused() {
        var defs = new JsonObject().put("d0", new JsonObject());
        for (int i = 1; i < 40; i++) {
            var twice = new JsonObject().put("$ref", "#/$defs/d" + (i - 1));
            defs.put("d" + i, new JsonObject().put("allOf", new JsonArray().add(twice).add(twice)));
        }
        var schema = new JsonObject().put("$defs", defs).put("$ref", "#/$defs/d39");

        assertThat(SchemaExam.faults("/input_schema", schema))
                .isNotEmpty()
                .extracting(FieldError::message)
                .allSatisfy(message -> assertThat(message).contains("more than 10,000 schemas"));
    }

    private static List<FieldError> faults(String schema) {
        return SchemaExam.faults("/input_schema", new JsonObject(schema));
    }
}
