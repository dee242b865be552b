package dev.millrace.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.problem.FieldError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class ShapeTest {

    private static final Shape TASK = shape("TaskRequest");
    private static final JsonObject GOOD =
            new JsonObject().put("kind", "resize").put("input", new JsonObject().put("free", 1));

    @Test
    void valueThatFitsHasNoFaults() {
        assertThat(TASK.faults(GOOD, "")).isEmpty();
    }

    @Test
    void unknownFieldIsNamed() {
        assertThat(TASK.faults(GOOD.copy().put("colour", "red"), ""))
                .containsExactly(new FieldError("colour", "not a field of this request"));
    }

    @Test
    void missingFieldIsNamed() {
        assertThat(TASK.faults(new JsonObject().put("kind", "resize"), ""))
                .containsExactly(new FieldError("input", "required"));
    }

    @Test
    void nestedFieldIsNamedByItsPath() {
        var labels =
                new JsonObject()
                        .put("sensitivity", "secret")
                        .put("tags", new JsonArray().add("good").add("No Good"));

        var faults = TASK.faults(GOOD.copy().put("labels", labels), "");

        assertThat(faults)
                .extracting(FieldError::field)
                .containsExactly("labels.sensitivity", "labels.tags.1");
        assertThat(faults.getFirst().message()).contains("restricted");
    }

    @Test
    void inputOfAnIngestTaskIsHeldAgainstItsOwnShape() {
        var ingest = new JsonObject().put("kind", "ingest").put("input", new JsonObject());

        assertThat(TASK.faults(ingest, ""))
                .extracting(FieldError::field)
                .contains("input.name", "input.text");
    }

    @Test
    void valueOfAnotherTypeSaysWhatWasExpected() {
        assertThat(TASK.faults(GOOD.copy().put("kind", 7), ""))
                .extracting(FieldError::message)
                .anySatisfy(message -> assertThat(message).contains("(expected: string)"));
    }

    private static Shape shape(String name) {
        var tree = Contract.tree(Contract.load().yaml());
        return Shape.of(
                Contract.inlined(
                        new JsonObject().put("$ref", "#/components/schemas/" + name), tree));
    }
}
