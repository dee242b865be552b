package dev.millrace.inference.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkKindTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aRecordIsDescribedAsItIsReadAndWritten() throws Exception {
        var kind = new WorkKind<>("sample", Sample.class, Sample.class, 1, (input, _) -> input);

        assertThat(kind.inputSchema())
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"$schema":"https://json-schema.org/draft/2020-12/schema",
                                 "type":"object",
                                 "properties":{
                                   "any":{},
                                   "labels":{"type":"object","additionalProperties":{"type":"string"}},
                                   "max_pages":{"type":["integer","null"],"description":"0 for all."},
                                   "of_sort":{"type":"string","enum":["ROUND","SQUARE"]},
                                   "parts":{"type":"array","items":{
                                     "type":"object",
                                     "properties":{"weight":{"type":"number"}},
                                     "required":["weight"],
                                     "additionalProperties":false}}},
                                 "required":["any","labels","of_sort","parts"],
                                 "additionalProperties":false}
                                """));
        assertThat(kind.outputSchema()).isEqualTo(kind.inputSchema());
    }

    @Test
    void aMapIsAnyObject() throws Exception {
        var kind = new WorkKind<>("any", Map.class, Map.class, 1, (input, _) -> input);

        assertThat(kind.inputSchema())
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"$schema":"https://json-schema.org/draft/2020-12/schema",
                                 "type":"object"}
                                """));
    }

    @Test
    void concurrencyIsOneOrMore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WorkKind<>("x", Map.class, Map.class, 0, (input, _) -> input))
                .withMessage("concurrency: 0 (expected: >= 1)");
    }

    private record Sample(
            JsonNode any,
            Map<String, String> labels,
            @JsonPropertyDescription("0 for all.") @Nullable Integer maxPages,
            Sort ofSort,
            List<Part> parts) {}

    private record Part(double weight) {}

    private enum Sort {
        ROUND,
        SQUARE
    }
}
