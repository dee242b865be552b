package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.blob.StorageFull;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubmissionsTest {

    private static final String TEXT = "# Mill race\n\nThe water that drives the wheel: 水.";
    private static final String LARGE = "x".repeat(100_000);
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

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
    void documentIsSubmittedUnderIdsOfItsOwnContent() throws Exception {
        var document = DocumentId.of("default", "notes/mill.md", Digest.of(TEXT));

        var response = gateway.post("/v1/documents", document("notes/mill.md", TEXT).encode());

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(response.body()))
                .isEqualTo(
                        new JsonObject()
                                .put("id", document.toString())
                                .put("task", document.ingestTask().toString())
                                .put("position", "millrace.task-events-1@1"));
        assertThat(gateway.header(response, "Location"))
                .isEqualTo("/v1/tasks/" + document.ingestTask());
        var submit = gateway.submissions.lastSubmit();
        assertThat(submit.kind()).isEqualTo("ingest");
        assertThat(submit.task()).isEqualTo(document.ingestTask());
        assertThat(submit.inputDigest())
                .isEqualTo(Digest.of("notes/mill.md\ntext/markdown\n" + Digest.of(TEXT).hex()));
        assertThat(inline(submit.input()))
                .isEqualTo(document("notes/mill.md", TEXT).put("media_type", "text/markdown"));
    }

    @Test
    void envelopeCarriesWhoWhatAndWhence() throws Exception {
        var request =
                document("a.txt", TEXT)
                        .put("subject", "patient-7")
                        .put(
                                "labels",
                                new JsonObject()
                                        .put("sensitivity", "confidential")
                                        .put("tags", List.of("region=eu")));

        gateway.post("/v1/documents", request.encode(), "traceparent", PARENT, "tracestate", "a=b");

        var envelope = gateway.submissions.last();
        assertThat(envelope.tenant()).isEqualTo("default");
        assertThat(envelope.subject()).isEqualTo("patient-7");
        assertThat(envelope.labels())
                .isEqualTo(Labels.of(Sensitivity.CONFIDENTIAL, List.of("region=eu")));
        assertThat(envelope.actor()).isEqualTo(new Actor("admin", Proof.LOCAL));
        assertThat(envelope.site()).isEqualTo(RunningGateway.SITE);
        assertThat(envelope.time()).isEqualTo(RunningGateway.NOON);
        assertThat(envelope.trace()).isEqualTo(new Trace(PARENT, "a=b"));
        assertThat(envelope.correlation()).isEqualTo(envelope.id());
        assertThat(envelope.causation()).isNull();
    }

    @Test
    void invalidTraceIsIgnored() throws Exception {
        for (var parent :
                List.of(
                        "nonsense",
                        PARENT.replaceAll("^00", "ff"),
                        "00-" + "0".repeat(32) + "-b7ad6b7169203331-01")) {
            var response =
                    gateway.post(
                            "/v1/documents",
                            document("a.txt", TEXT).encode(),
                            "traceparent",
                            parent);

            assertThat(response.statusCode()).as(parent).isEqualTo(202);
            assertThat(gateway.submissions.last().trace()).as(parent).isNull();
        }
    }

    @Test
    void largeTextGoesIntoTheBlobStore() throws Exception {
        var large = "wörd ".repeat(20_000);

        var response = gateway.post("/v1/documents", document("large.txt", large).encode());

        assertThat(response.statusCode()).isEqualTo(202);
        var bytes = large.getBytes(StandardCharsets.UTF_8);
        assertThat(inline(gateway.submissions.lastSubmit().input()))
                .isEqualTo(
                        new JsonObject()
                                .put("name", "large.txt")
                                .put("media_type", "text/plain")
                                .put(
                                        "blob",
                                        new JsonObject()
                                                .put("digest", Digest.of(large).hex())
                                                .put("size", bytes.length)));
        assertThat(gateway.blobs.get(Digest.of(large))).isEqualTo(bytes);
    }

    @Test
    void smallTextThatEscapesMakeLargeGoesIntoTheBlobStore() throws Exception {
        var quotes = "\"".repeat(60_000);

        gateway.post("/v1/documents", document("quotes.txt", quotes).encode());

        assertThat(inline(gateway.submissions.lastSubmit().input()).containsKey("blob")).isTrue();
    }

    @Test
    void textOverSixteenMebibytesIsRefused() throws Exception {
        var atTheLimit = "x".repeat(16 * 1024 * 1024);

        assertThat(post("limit.txt", atTheLimit).statusCode()).isEqualTo(202);
        var response = post("over.txt", atTheLimit + "x");

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(problem(response).getString("detail")).contains("16777217").contains("16777216");
    }

    @Test
    void fileIsSubmittedAsAForm() throws Exception {
        var response =
                form(
                        "page.htm",
                        "application/octet-stream",
                        TEXT.getBytes(StandardCharsets.UTF_8),
                        "tags",
                        "region=eu, team=a",
                        "sensitivity",
                        "public");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(inline(gateway.submissions.lastSubmit().input()))
                .isEqualTo(document("page.htm", TEXT).put("media_type", "text/html"));
        assertThat(gateway.submissions.last().labels())
                .isEqualTo(Labels.of(Sensitivity.PUBLIC, List.of("region=eu", "team=a")));
    }

    @Test
    void fileThatIsNotUtf8IsRefusedAtTheByte() throws Exception {
        var response = form("latin.txt", "text/plain", new byte[] {'a', 'b', (byte) 0xe9, 'c'});

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(problem(response).getString("error_code")).isEqualTo("not_text");
        assertThat(problem(response).getString("detail")).contains("byte 2");
    }

    @Test
    void fileOfAnotherTypeIsRefused() throws Exception {
        assertThat(form("a.pdf", "application/pdf", new byte[] {1}).statusCode()).isEqualTo(415);
    }

    @Test
    void formWithoutAFileIsRefused() throws Exception {
        var response =
                gateway.send(
                        gateway.asAdmin("/v1/documents")
                                .header("Content-Type", "multipart/form-data; boundary=b")
                                .POST(
                                        BodyPublishers.ofString(
                                                "--b\r\nContent-Disposition: form-data;"
                                                        + " name=\"subject\"\r\n\r\nme\r\n--b--\r\n")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(problem(response).getString("detail")).isEqualTo("file: required");
    }

    @Test
    void documentOfAnotherTypeIsRefused() throws Exception {
        var response =
                gateway.post(
                        "/v1/documents",
                        document("a.pdf", TEXT).put("media_type", "application/pdf").encode());

        assertThat(response.statusCode()).isEqualTo(415);
    }

    @Test
    void halfACharacterIsRefused() throws Exception {
        var response = gateway.post("/v1/documents", "{\"name\":\"a\",\"text\":\"ab\\ud83d!\"}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(problem(response).getString("detail")).contains("unit 2");
    }

    @Test
    void ingestTaskIsTheSameSubmissionAsTheDocument() throws Exception {
        var document = gateway.post("/v1/documents", document("a.md", TEXT).encode());

        var task =
                gateway.post(
                        "/v1/tasks",
                        new JsonObject()
                                .put("kind", "ingest")
                                .put("input", document("a.md", TEXT))
                                .encode());

        assertThat(task.statusCode()).isEqualTo(202);
        assertThat(gateway.header(task, "Idempotency-Replayed")).isEqualTo("true");
        assertThat(new JsonObject(task.body()).getString("id"))
                .isEqualTo(new JsonObject(document.body()).getString("task"));
    }

    @Test
    void taskOfAnotherKindCarriesItsInputInCanonicalForm() throws Exception {
        var response =
                gateway.post(
                        "/v1/tasks",
                        "{\"kind\":\"resize\", \"input\": {\"b\": 1.50, \"a\": {\"d\": null, \"c\": \"é\"}}}");

        assertThat(response.statusCode()).isEqualTo(202);
        var canonical = "{\"a\":{\"c\":\"é\",\"d\":null},\"b\":1.50}";
        var submit = gateway.submissions.lastSubmit();
        assertThat(submit.input()).isEqualTo(new Content.Inline(canonical));
        assertThat(submit.inputDigest()).isEqualTo(Digest.of(canonical));
        assertThat(submit.task().value().version()).isEqualTo(7);
    }

    @Test
    void unknownKindIsRefusedWithTheOnesThatMayBeMeant() throws Exception {
        var response = gateway.post("/v1/tasks", "{\"kind\":\"resise\",\"input\":{}}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(problem(response).getString("error_code")).isEqualTo("unknown_kind");
        assertThat(problem(response).getString("detail"))
                .contains("expected: resize perhaps", "GET /v1/task-kinds lists all");
    }

    @Test
    void repeatUnderAKeyIsAnsweredLikeTheFirst() throws Exception {
        for (var key : List.of("import-1", "1.5", "%zz", "a+b", "{\"a\":1}", "k".repeat(255))) {
            var task = DerivedId.of("task", "default", key).toString();

            var first =
                    gateway.post(
                            "/v1/documents",
                            document("a.md", TEXT).encode(),
                            "Idempotency-Key",
                            key);
            var again =
                    gateway.post(
                            "/v1/documents",
                            document("a.md", TEXT).encode(),
                            "Idempotency-Key",
                            key);

            assertThat(first.statusCode()).as(key).isEqualTo(202);
            assertThat(gateway.header(first, "Idempotency-Replayed")).as(key).isNull();
            assertThat(again.statusCode()).as(key).isEqualTo(202);
            assertThat(gateway.header(again, "Idempotency-Replayed")).as(key).isEqualTo("true");
            assertThat(gateway.header(again, "Location")).isEqualTo("/v1/tasks/" + task);
            assertThat(withoutPosition(again)).isEqualTo(withoutPosition(first));
        }
    }

    @Test
    void sameKeyWithAnotherBodyIsRefused() throws Exception {
        gateway.post("/v1/documents", document("a.md", TEXT).encode(), "Idempotency-Key", "k");

        var response =
                gateway.post(
                        "/v1/documents", document("b.md", TEXT).encode(), "Idempotency-Key", "k");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(problem(response).getString("error_code")).isEqualTo("idempotency_conflict");
    }

    @Test
    void termsGoIntoTheCommand() throws Exception {
        var response =
                gateway.post(
                        "/v1/tasks",
                        """
                        {"kind":"resize","input":{},"priority":"high",
                         "not_before":"2026-11-22T11:00:00+01:00","deadline":"2026-11-23T10:00:00Z",
                         "retries":{"max_attempts":5,"first_wait_ms":10,"final_codes":["not_text"]},
                         "parent":"00000000-0000-8000-8000-000000000007"}
                        """);

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(gateway.submissions.lastSubmit().terms())
                .isEqualTo(
                        new Terms(
                                Priority.HIGH,
                                Instant.parse("2026-11-22T10:00:00Z"),
                                Instant.parse("2026-11-23T10:00:00Z"),
                                new Retries(
                                        5,
                                        Duration.ofMillis(10),
                                        Duration.ofMinutes(5),
                                        Set.of("not_text")),
                                TaskId.parse("00000000-0000-8000-8000-000000000007")));
    }

    @Test
    void termsThatMakeNoSenseAreRefusedByName() throws Exception {
        for (var terms :
                List.of(
                        "\"not_before\":\"tomorrow\"",
                        "\"priority\":\"urgent\"",
                        "\"parent\":\"me\"",
                        "\"retries\":{\"max_attempts\":0}",
                        "\"retries\":{\"first_wait_ms\":9000000}")) {
            var field = terms.substring(1, terms.indexOf('"', 1));
            var response =
                    gateway.post("/v1/tasks", "{\"kind\":\"resize\",\"input\":{}," + terms + "}");

            assertThat(response.statusCode()).as(terms).isEqualTo(400);
            assertThat(problem(response).getJsonArray("errors").encode()).as(terms).contains(field);
        }
    }

    @Test
    void aDeadlineInThePastIsRefused() throws Exception {
        var response =
                gateway.post(
                        "/v1/tasks",
                        "{\"kind\":\"resize\",\"input\":{},\"deadline\":\"2001-01-01T00:00:00Z\"}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(problem(response).getString("detail")).contains("deadline");
    }

    @Test
    void sameKeyOnOtherTermsIsRefused() throws Exception {
        var body = "{\"kind\":\"resize\",\"input\":{},\"priority\":\"%s\"}";
        gateway.post("/v1/tasks", body.formatted("high"), "Idempotency-Key", "k");

        var again = gateway.post("/v1/tasks", body.formatted("high"), "Idempotency-Key", "k");
        var other = gateway.post("/v1/tasks", body.formatted("low"), "Idempotency-Key", "k");

        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(other.statusCode()).isEqualTo(422);
    }

    @Test
    void aTaskIsCancelledOnce() throws Exception {
        gateway.post("/v1/tasks", "{\"kind\":\"resize\",\"input\":{}}", "Idempotency-Key", "k");
        var task = DerivedId.of("task", "default", "k").toString();
        var path = "/v1/tasks/" + task + "/cancel";

        var first = gateway.post(path, "{\"why\":\"not wanted\"}");
        var again = gateway.post(path, "{}");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(first.body()).getString("id")).isEqualTo(task);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(problem(again).getString("error_code")).isEqualTo("already_ended");
        var unknown = gateway.post("/v1/tasks/00000000-0000-8000-8000-000000000007/cancel", "{}");
        assertThat(unknown.statusCode()).isEqualTo(404);
    }

    @Test
    void documentWhoseTaskEndedWithoutSuccessIsTakenInByAnother() throws Exception {
        var first = new JsonObject(post("a.md", TEXT).body()).getString("task");
        gateway.post("/v1/tasks/" + first + "/cancel", "{}");

        var second = post("a.md", TEXT);
        var third = post("a.md", TEXT);

        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(gateway.header(second, "Idempotency-Replayed")).isNull();
        var task = new JsonObject(second.body()).getString("task");
        assertThat(task).isNotEqualTo(first);
        assertThat(gateway.header(second, "Location")).isEqualTo("/v1/tasks/" + task);
        var submit = gateway.submissions.lastSubmit();
        assertThat(submit.task().toString()).isEqualTo(task);
        assertThat(submit.terms().rerunOf()).isEqualTo(TaskId.parse(first));
        assertThat(new JsonObject(third.body()).getString("task")).isEqualTo(task);
        assertThat(gateway.header(third, "Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void documentIsTakenInAgainSixteenTimes() throws Exception {
        var tasks = new HashSet<String>();
        for (int i = 0; i < 16; i++) {
            var task = new JsonObject(post("a.md", TEXT).body()).getString("task");
            tasks.add(task);
            gateway.post("/v1/tasks/" + task + "/cancel", "{}");
        }

        var response = post("a.md", TEXT);

        assertThat(tasks).hasSize(16);
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(problem(response).getString("error_code")).isEqualTo("already_ended");
        assertThat(problem(response).getString("detail"))
                .contains("ended: cancelled", "/rerun", "Idempotency-Key");
    }

    @Test
    void documentUnderAKeyIsAnsweredLikeTheFirst() throws Exception {
        var body = document("a.md", TEXT).encode();
        var first = gateway.post("/v1/documents", body, "Idempotency-Key", "k");
        var task = new JsonObject(first.body()).getString("task");
        gateway.post("/v1/tasks/" + task + "/cancel", "{}");

        var again = gateway.post("/v1/documents", body, "Idempotency-Key", "k");

        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(again.body()).getString("task")).isEqualTo(task);
        assertThat(gateway.header(again, "Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void keyThatIsTooLongIsRefused() throws Exception {
        var response =
                gateway.post(
                        "/v1/documents",
                        document("a.md", TEXT).encode(),
                        "Idempotency-Key",
                        "k".repeat(256));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void noOutcomeInTimeSaysWhetherARepeatIsSafe() throws Exception {
        gateway.submissions.failWith(new SubmissionsUnavailable("nothing was decided"));

        var document = gateway.post("/v1/documents", document("a.md", TEXT).encode());
        var task = gateway.post("/v1/tasks", "{\"kind\":\"resize\",\"input\":{}}");

        assertThat(document.statusCode()).isEqualTo(503);
        assertThat(gateway.header(document, "Retry-After")).isEqualTo("2");
        assertThat(problem(document).getString("detail")).contains("is safe");
        assertThat(task.statusCode()).isEqualTo(503);
        assertThat(problem(task).getString("detail")).contains("may submit it twice");
    }

    @Test
    void textThatCannotBeStoredNowMayBeSentAgain() throws Exception {
        gateway.blobs.failWith(new IOException("/srv/mill/blobs/ab: Input/output error"));

        for (var response : List.of(post("large.txt", LARGE), task("resize", LARGE))) {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(gateway.header(response, "Retry-After")).isEqualTo("2");
            assertThat(problem(response).getString("detail"))
                    .contains("could not be stored", "nothing was submitted", "is safe");
            assertThat(response.body()).doesNotContain("/srv");
        }
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void fullDiskIsNamedSo() throws Exception {
        gateway.blobs.failWith(new StorageFull(100_000, new IOException("/srv/mill: full")));

        for (var response : List.of(post("large.txt", LARGE), task("resize", LARGE))) {
            assertThat(response.statusCode()).isEqualTo(507);
            assertThat(problem(response).getString("error_code")).isEqualTo("storage_full");
            assertThat(problem(response).getString("detail"))
                    .contains("no room", "nothing was submitted", "operator");
            assertThat(response.body()).doesNotContain("/srv");
        }
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void textThatNeedsNoStoreIsTakenWhileTheStoreFails() throws Exception {
        gateway.blobs.failWith(new IOException("gone"));

        assertThat(post("small.txt", TEXT).statusCode()).isEqualTo(202);
    }

    @Test
    void unforeseenFailureIsToldByItsIdOnly() throws Exception {
        for (var bug :
                List.of(
                        new IllegalArgumentException("a bug in /srv/mill"),
                        new IllegalStateException("a bug in /srv/mill"),
                        new StackOverflowError())) {
            gateway.submissions.failWith(bug);

            var response = post("a.txt", TEXT);

            assertThat(response.statusCode()).as("%s", bug).isEqualTo(500);
            assertThat(problem(response).getString("detail")).contains("log under");
            assertThat(problem(response).getString("correlation")).isNotNull();
            assertThat(response.body()).doesNotContain("/srv").doesNotContain("Exception");
        }
    }

    private HttpResponse<String> task(String kind, String text) throws Exception {
        var input = new JsonObject().put("text", text);
        return gateway.post(
                "/v1/tasks", new JsonObject().put("kind", kind).put("input", input).encode());
    }

    private HttpResponse<String> post(String name, String text) throws Exception {
        return gateway.post("/v1/documents", document(name, text).encode());
    }

    private HttpResponse<String> form(String file, String type, byte[] content, String... fields)
            throws Exception {
        var body = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            var value = fields[i + 1] + "\r\n";
            body.writeBytes(utf8(partHead("name=\"" + fields[i] + "\"") + value));
        }
        body.writeBytes(
                utf8(
                        partHead(
                                "name=\"file\"; filename=\"" + file + "\"",
                                "Content-Type: " + type)));
        body.writeBytes(content);
        body.writeBytes(utf8("\r\n--b--\r\n"));
        return gateway.send(
                gateway.asAdmin("/v1/documents")
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    }

    private static String partHead(String disposition, String... headers) {
        var lines = new StringBuilder("--b\r\nContent-Disposition: form-data; ");
        lines.append(disposition).append("\r\n");
        for (var header : headers) {
            lines.append(header).append("\r\n");
        }
        return lines.append("\r\n").toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject document(String name, String text) {
        return new JsonObject().put("name", name).put("text", text);
    }

    private static JsonObject inline(Content content) {
        return switch (content) {
            case Content.Inline(String text) -> new JsonObject(text);
            case Content.Stored stored -> throw new AssertionError("stored: " + stored);
        };
    }

    private static JsonObject problem(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static JsonObject withoutPosition(HttpResponse<String> response) {
        var body = new JsonObject(response.body());
        body.remove("position");
        return body;
    }

    @Test
    void nothingIsTakenWhileTheDiskIsFullAndReadsGoOn() throws Exception {
        gateway.full = "the site's disk has 1 MiB left: remove files";
        var document = gateway.post("/v1/documents", "{\"name\":\"a.txt\",\"text\":\"a\"}");
        var task =
                gateway.post(
                        "/v1/tasks",
                        "{\"kind\":\"ingest\",\"input\":{\"name\":\"a.txt\",\"text\":\"a\"}}");

        for (var refused : List.of(document, task)) {
            assertThat(refused.statusCode()).isEqualTo(507);
            assertThat(refused.headers().firstValue("Retry-After")).contains("10");
            assertThat(new JsonObject(refused.body()).getString("error_code"))
                    .isEqualTo("storage_full");
            assertThat(refused.body()).contains("1 MiB left: remove files");
        }
        assertThat(gateway.submissions.count()).isZero();
        assertThat(gateway.get("/v1/views").statusCode()).isEqualTo(200);
    }
}
