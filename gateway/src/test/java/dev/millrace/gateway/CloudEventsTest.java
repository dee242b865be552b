package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloudEventsTest {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final TaskId TASK =
            new TaskId(DerivedId.of("event", "default", "/sensors/mill", "A-1"));
    private static final String[] ATTRIBUTES = {
        "ce-specversion", "1.0", "ce-id", "A-1", "ce-source", "/sensors/mill", "ce-type", "resize"
    };

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void structuredEventIsASubmission() throws Exception {
        var response =
                structured(
                        event().put("type", "dev.millrace.submit.resize")
                                .put("subject", "patient-7")
                                .put("time", "2026-11-22T09:00:00Z")
                                .put("datacontenttype", "application/json; charset=utf-8")
                                .put("dataschema", "https://example.org/resize.json")
                                .put("priority", "high")
                                .put("notbefore", "2026-11-22T11:00:00+01:00")
                                .put("deadline", "2026-11-23T10:00:00Z")
                                .put("knativearrivaltime", "2026-11-22T09:00:01Z")
                                .put("sequence", 7)
                                .putNull("traceparent"));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(response.body()).getString("id")).isEqualTo(TASK.toString());
        assertThat(gateway.header(response, "Location")).isEqualTo("/v1/tasks/" + TASK);
        var submit = gateway.submissions.lastSubmit();
        assertThat(submit.kind()).isEqualTo("resize");
        assertThat(submit.input()).isEqualTo(new Content.Inline("{\"a\":null,\"width\":1.5}"));
        assertThat(submit.terms())
                .isEqualTo(
                        new Terms(
                                Priority.HIGH,
                                Instant.parse("2026-11-22T10:00:00Z"),
                                Instant.parse("2026-11-23T10:00:00Z"),
                                Retries.DEFAULT,
                                null));
        assertThat(gateway.submissions.last().subject()).isEqualTo("patient-7");
    }

    @Test
    void binaryEventIsTheSameSubmission() throws Exception {
        var first = structured(event().put("subject", "größe 7%").put("priority", "low"));

        var again =
                binary(
                        "{\"width\":1.5,\"a\":null}",
                        "ce-subject",
                        "gr%C3%B6%c3%9Fe%207%25",
                        "ce-priority",
                        "\"low\"",
                        "ce-time",
                        "2026-11-22T09:00:00Z",
                        "ce-knativearrivaltime",
                        "2026-11-22T09:00:01Z");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(gateway.header(again, "Idempotency-Replayed")).isEqualTo("true");
        assertThat(gateway.submissions.last().subject()).isEqualTo("größe 7%");
    }

    @Test
    void sameEventWithOtherDataIsRefused() throws Exception {
        structured(event());

        var other = structured(event().put("data", new JsonObject()));

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(problem(other).getString("error_code")).isEqualTo("idempotency_conflict");
    }

    @Test
    void keyThatIsSentGoesBeforeSourceAndId() throws Exception {
        var response = binary("{}", "Idempotency-Key", "k");

        assertThat(problem(response).getString("id"))
                .isEqualTo(DerivedId.of("task", "default", "k").toString());
    }

    @Test
    void documentInAnEventIsHeldAgainstItsShape() throws Exception {
        var ingest = event().put("type", "dev.millrace.submit.ingest");

        var missing = structured(ingest.copy().put("data", new JsonObject().put("name", "a.txt")));
        var whole =
                structured(
                        ingest.copy()
                                .put(
                                        "data",
                                        new JsonObject().put("name", "a.txt").put("text", "a")));

        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body()).contains("data.text");
        assertThat(whole.statusCode()).isEqualTo(202);
        assertThat(problem(whole).getString("id")).isEqualTo(TASK.toString());
    }

    @Test
    void malformedAttributeOfAStructuredEventIsNamed() throws Exception {
        var cases =
                Map.<String, JsonObject>ofEntries(
                        Map.entry("specversion", event().put("specversion", "0.3")),
                        Map.entry("id", event().put("id", "")),
                        Map.entry("source", event().put("source", "not a reference")),
                        Map.entry("type", event().put("type", "No Kind")),
                        Map.entry("subject", event().put("subject", "a\nb")),
                        Map.entry("time", event().put("time", "yesterday")),
                        Map.entry("priority", event().put("priority", "urgent")),
                        Map.entry("notbefore", event().put("notbefore", "tomorrow")),
                        Map.entry("deadline", event().put("deadline", 7)),
                        Map.entry("data", event().put("data", "text")),
                        Map.entry("data_base64", event().put("data_base64", "e30=")),
                        Map.entry("datacontenttype", event().put("datacontenttype", "text/plain")),
                        Map.entry("Not-a-name", event().put("Not-a-name", "x")),
                        Map.entry("nested", event().put("nested", new JsonObject())));
        for (var entry : cases.entrySet()) {
            var response = structured(entry.getValue());

            assertThat(response.statusCode()).as(entry.getKey()).isEqualTo(400);
            assertThat(problem(response).getJsonArray("errors").getJsonObject(0).getString("field"))
                    .isEqualTo(entry.getKey());
        }
        for (var name : new String[] {"specversion", "id", "source", "type", "data"}) {
            var event = event();
            event.remove(name);
            assertThat(structured(event).body()).as(name).contains(name + ": required");
            assertThat(structured(event().putNull(name)).body()).contains(name + ": required");
        }
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void malformedAttributeOfABinaryEventIsNamed() throws Exception {
        var cases =
                Map.of(
                        "subject", new String[] {"ce-subject", "a%0Ab"},
                        "priority", new String[] {"ce-priority", "%zz"},
                        "deadline", new String[] {"ce-deadline", "%ff"},
                        "data", new String[] {"ce-data", "{}"},
                        "not-a-name", new String[] {"ce-not-a-name", "x"},
                        "id", new String[] {"ce-id", "A-2"});
        for (var entry : cases.entrySet()) {
            var response = binary("{}", entry.getValue());

            assertThat(response.statusCode()).as(entry.getKey()).isEqualTo(400);
            assertThat(problem(response).getJsonArray("errors").getJsonObject(0).getString("field"))
                    .isEqualTo(entry.getKey());
        }
        assertThat(gateway.post("/v1/tasks", "{}", "ce-id", "A-1").body())
                .contains("specversion: required");
        assertThat(binary("[1]").body()).contains("data: of another type");
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void eventsAreTakenWhereTasksAreSubmittedAndNowhereElse() throws Exception {
        var batch =
                gateway.send(
                        gateway.asAdmin("/v1/tasks")
                                .header("Content-Type", "application/cloudevents-batch+json")
                                .POST(BodyPublishers.ofString("[]")));
        var elsewhere =
                gateway.post("/v1/documents", "{\"name\":\"a\",\"text\":\"a\"}", ATTRIBUTES);

        assertThat(batch.statusCode()).isEqualTo(415);
        assertThat(batch.body()).contains(STRUCTURED);
        assertThat(elsewhere.statusCode()).isEqualTo(202);
        assertThat(gateway.submissions.lastSubmit().kind()).isEqualTo("ingest");
    }

    private HttpResponse<String> structured(JsonObject event) throws Exception {
        return gateway.send(
                gateway.asAdmin("/v1/tasks")
                        .header("Content-Type", STRUCTURED)
                        .POST(BodyPublishers.ofString(event.encode())));
    }

    private HttpResponse<String> binary(String data, String... headers) throws Exception {
        var request =
                gateway.asAdmin("/v1/tasks")
                        .header("Content-Type", "application/json")
                        .headers(ATTRIBUTES)
                        .POST(BodyPublishers.ofString(data));
        return gateway.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static JsonObject event() {
        return new JsonObject()
                .put("specversion", "1.0")
                .put("id", "A-1")
                .put("source", "/sensors/mill")
                .put("type", "resize")
                .put("data", new JsonObject("{\"width\":1.5,\"a\":null}"));
    }

    private static JsonObject problem(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }
}
