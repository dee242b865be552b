package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.TaskId;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchTest {

    private static final String RESIZE = "{\"kind\":\"resize\",\"input\":{\"width\":%d}}";

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
    void everyItemHasTheAnswerThatItWouldHaveHadAlone() throws Exception {
        var response =
                batch(
                        RESIZE.formatted(1),
                        "{\"kind\":\"nonsense\",\"input\":{}}",
                        "{\"kind\":\"ingest\",\"input\":{\"name\":\"a.txt\",\"text\":\"a\"}}",
                        "{\"kind\":\"ingest\",\"input\":{\"name\":\"a.pdf\",\"text\":\"a\","
                                + "\"media_type\":\"application/pdf\"}}",
                        "{\"kind\":\"resize\",\"input\":{},\"retries\":{\"first_wait_ms\":9000000}}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(statuses(response)).containsExactly(202, 422, 202, 415, 400);
        var document = DocumentId.of("default", "a.txt", Digest.of("a"));
        assertThat(item(response, 2))
                .isEqualTo(
                        new JsonObject()
                                .put("status", 202)
                                .put("id", document.ingestTask().toString())
                                .put("position", "millrace.task-events-1@2"));
        var unknown = item(response, 1).getJsonObject("problem");
        assertThat(unknown.getString("error_code")).isEqualTo("unknown_kind");
        assertThat(unknown.getString("instance")).isEqualTo("/v1/tasks/batch");
        assertThat(item(response, 4).getJsonObject("problem").getString("detail"))
                .contains("retries");
    }

    @Test
    void itemsMayWaitForEachOtherInAnyOrder() throws Exception {
        var response =
                batch(
                        """
                        {"kind":"resize","input":{},"ref":"last","after":["one","two"],
                         "on_failed_dependency":"skip"}
                        """,
                        "{\"kind\":\"resize\",\"input\":{},\"ref\":\"two\",\"after\":[\"one\"]}",
                        "{\"kind\":\"resize\",\"input\":{},\"ref\":\"one\"}");

        assertThat(statuses(response)).containsExactly(202, 202, 202);
        var one = TaskId.parse(item(response, 2).getString("id"));
        var two = TaskId.parse(item(response, 1).getString("id"));
        var last = gateway.submissions.lastSubmit();
        assertThat(last.after()).containsExactly(one, two);
        assertThat(last.terms().onFailedDependency()).isEqualTo(DependencyPolicy.SKIP);
    }

    @Test
    void whatIsSureToBeAcceptedIsSentTogetherWithWhatWaitsForIt() throws Exception {
        gateway.submissions.hold();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var response =
                    CompletableFuture.supplyAsync(
                            () ->
                                    unchecked(
                                            item("last", "\"after\":[\"middle\",\"other\"]"),
                                            item("middle", "\"after\":[\"first\"]"),
                                            item("other", "\"priority\":\"low\""),
                                            item("first", "\"priority\":\"low\"")),
                            clients);
            gateway.submissions.awaitHeld(4);
            var last = gateway.submissions.lastSubmit();
            gateway.submissions.release();

            var answer = response.get(30, TimeUnit.SECONDS);
            assertThat(statuses(answer)).containsExactly(202, 202, 202, 202);
            assertThat(item(answer, 0).getString("id")).isEqualTo(last.task().toString());
            assertThat(last.after())
                    .as("decided in this order")
                    .allMatch(before ->
                            gateway.submissions
                                    .decisionOrder()
                                    .orElseThrow()
                                    .isKept(before, last.task()));
        }
    }

    /// Whoever asks may wait for brokers that are away.
    @Test
    void theOrderOfDecisionsIsAskedForOnceAndOnlyIfItMatters() throws Exception {
        var _ = batch(item("one", "\"priority\":\"low\""), item("two", "\"priority\":\"low\""));
        assertThat(gateway.submissions.orderAskedFor()).isZero();

        var _ =
                batch(
                        item("first", "\"priority\":\"low\""),
                        item("middle", "\"after\":[\"first\"]"),
                        item("last", "\"after\":[\"first\",\"middle\"]"));
        assertThat(gateway.submissions.orderAskedFor()).isEqualTo(1);
    }

    @Test
    void whereTheOrderOfDecisionsIsNotKnownNothingIsSure() throws Exception {
        gateway.submissions.forgetOrder();
        gateway.submissions.hold();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var response =
                    CompletableFuture.supplyAsync(
                            () ->
                                    unchecked(
                                            item("first", "\"priority\":\"low\""),
                                            item("next", "\"after\":[\"first\"]"),
                                            item("last", "\"after\":[\"next\"]")),
                            clients);
            gateway.submissions.awaitHeld(1);
            assertThat(gateway.submissions.count()).isEqualTo(1);
            gateway.submissions.release();

            assertThat(statuses(response.get(30, TimeUnit.SECONDS))).containsExactly(202, 202, 202);
        }
    }

    @Test
    void whatMayBeRefusedIsSentBeforeWhatWaitsForIt() throws Exception {
        for (var doubtful :
                List.of("\"idempotency_key\":\"k\"", "\"deadline\":\"2026-11-23T10:00:00Z\"")) {
            gateway.submissions.hold();
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                int before = gateway.submissions.count();
                var response =
                        CompletableFuture.supplyAsync(
                                () ->
                                        unchecked(
                                                item("first", doubtful),
                                                item("next", "\"after\":[\"first\"]"),
                                                item("last", "\"after\":[\"next\"]")),
                                clients);
                gateway.submissions.awaitHeld(1);
                assertThat(gateway.submissions.count()).isEqualTo(before + 1);
                gateway.submissions.release();

                assertThat(statuses(response.get(30, TimeUnit.SECONDS)))
                        .containsExactly(202, 202, 202);
            }
        }
    }

    @Test
    void anItemThatWaitsInVainIsRefused() throws Exception {
        var response =
                batch(
                        "{\"kind\":\"resize\",\"input\":{},\"ref\":\"a\",\"after\":[\"b\"]}",
                        "{\"kind\":\"resize\",\"input\":{},\"ref\":\"b\",\"after\":[\"a\"]}",
                        "{\"kind\":\"resize\",\"input\":{},\"after\":[\"nobody\"]}",
                        "{\"kind\":\"nonsense\",\"input\":{},\"ref\":\"c\"}",
                        "{\"kind\":\"resize\",\"input\":{},\"after\":[\"c\"]}",
                        RESIZE.formatted(1));

        assertThat(statuses(response)).containsExactly(400, 400, 400, 422, 400, 202);
        assertThat(item(response, 0).encode()).contains("cycle");
        assertThat(item(response, 2).encode()).contains("nobody (expected: the id of a task");
        assertThat(item(response, 4).encode()).contains("not accepted");
    }

    /// The first is refused when all others wait for it, each for the one before.
    @Test
    void aLongChainIsRefusedWithItsFirstItem() throws Exception {
        gateway.post("/v1/tasks", RESIZE.formatted(1), "Idempotency-Key", "k");
        var tasks = new String[1000];
        tasks[999] = "{\"kind\":\"resize\",\"input\":{},\"ref\":\"999\",\"idempotency_key\":\"k\"}";
        for (int i = 0; i < 999; i++) {
            tasks[i] =
                    "{\"kind\":\"resize\",\"input\":{},\"ref\":\"%d\",\"after\":[\"%d\"]}"
                            .formatted(i, i + 1);
        }
        gateway.submissions.hold();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var response = CompletableFuture.supplyAsync(() -> unchecked(tasks), clients);
            gateway.submissions.awaitHeld(1);
            gateway.submissions.release();

            assertThat(statuses(response.get(30, TimeUnit.SECONDS)))
                    .startsWith(400)
                    .endsWith(400, 422);
        }
    }

    @Test
    void termsAndKeyOfAnItemAreItsOwn() throws Exception {
        var response =
                batch(
                        RESIZE.formatted(1),
                        """
                        {"kind":"resize","input":{},"priority":"high","idempotency_key":"k-1",
                         "deadline":"2026-11-23T10:00:00Z","subject":"patient-7",
                         "labels":{"tags":["region=eu"]},"retries":{"max_attempts":7},
                         "parent":"00000000-0000-8000-8000-000000000007"}
                        """);

        assertThat(statuses(response)).containsExactly(202, 202);
        assertThat(item(response, 1).getString("id"))
                .isEqualTo(DerivedId.of("task", "default", "k-1").toString());
        var terms = gateway.submissions.lastSubmit().terms();
        assertThat(terms.priority()).isEqualTo(Priority.HIGH);
        assertThat(terms.deadline()).isEqualTo("2026-11-23T10:00:00Z");
        assertThat(terms.retries().mostAttempts()).isEqualTo(7);
        assertThat(terms.parent()).isEqualTo(TaskId.parse("00000000-0000-8000-8000-000000000007"));
        assertThat(gateway.submissions.last().subject()).isEqualTo("patient-7");
        assertThat(gateway.submissions.last().labels().tags()).containsExactly("region=eu");
    }

    @Test
    void repeatUnderAKeySaysSo() throws Exception {
        var keyed = "{\"kind\":\"resize\",\"input\":{\"a\":%d},\"idempotency_key\":\"k\"}";
        gateway.post(
                "/v1/tasks", "{\"kind\":\"resize\",\"input\":{\"a\":1}}", "Idempotency-Key", "k");

        var same = batch(keyed.formatted(1));
        var other = batch(keyed.formatted(2));

        assertThat(item(same, 0).getBoolean("replayed")).isTrue();
        assertThat(statuses(other)).containsExactly(422);
        assertThat(item(other, 0).getJsonObject("problem").getString("error_code"))
                .isEqualTo("idempotency_conflict");
    }

    @Test
    void itemWaitsForTheTaskThatTakesItsDocumentInAgain() throws Exception {
        var document =
                "{\"ref\":\"a\",\"kind\":\"ingest\","
                        + "\"input\":{\"name\":\"a.txt\",\"text\":\"a\"}}";
        var waiting = "{\"kind\":\"resize\",\"input\":{},\"after\":[\"a\"]}";
        var first = item(batch(document, waiting), 0).getString("id");
        gateway.post("/v1/tasks/" + first + "/cancel", "{}");

        var response = batch(document, waiting);

        assertThat(statuses(response)).containsExactly(202, 202);
        var again = item(response, 0).getString("id");
        assertThat(again).isNotEqualTo(first);
        assertThat(gateway.submissions.lastSubmit().after()).containsExactly(TaskId.parse(again));
    }

    @Test
    void ofTwoItemsUnderOneKeyTheFirstIsSubmitted() throws Exception {
        var same = "{\"kind\":\"resize\",\"input\":{},\"idempotency_key\":\"k\"}";
        gateway.submissions.hold();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var response =
                    CompletableFuture.supplyAsync(
                            () -> unchecked(RESIZE.formatted(1), same, same, RESIZE.formatted(2)),
                            clients);
            gateway.submissions.awaitHeld(3);
            gateway.submissions.release();

            assertThat(statuses(response.get(30, TimeUnit.SECONDS)))
                    .containsExactly(202, 202, 409, 202);
        }
    }

    @Test
    void allCommandsAreSentBeforeAnyOutcomeIsKnown() throws Exception {
        gateway.submissions.hold();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var response =
                    CompletableFuture.supplyAsync(
                            () -> unchecked(RESIZE.formatted(1), RESIZE.formatted(2)), clients);
            gateway.submissions.awaitHeld(2);
            assertThat(response).isNotDone();
            gateway.submissions.release();

            assertThat(statuses(response.get(30, TimeUnit.SECONDS))).containsExactly(202, 202);
        }
    }

    @Test
    void itemThatMayBeSentAgainSaysWhen() throws Exception {
        gateway.submissions.failWith(new SubmissionsUnavailable("nothing was decided"));

        var response = batch(RESIZE.formatted(1));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(statuses(response)).containsExactly(503);
        assertThat(item(response, 0).getInteger("retry_after")).isEqualTo(2);
    }

    @Test
    void inputThatCannotBeStoredHarmsNoOtherItem() throws Exception {
        gateway.blobs.failWith(new IOException("/srv/mill: Input/output error"));
        var large = "{\"kind\":\"resize\",\"input\":{\"text\":\"" + "x".repeat(100_000) + "\"}}";

        var response = batch(large, RESIZE.formatted(1));

        assertThat(statuses(response)).containsExactly(503, 202);
        assertThat(response.body()).doesNotContain("/srv");
    }

    @Test
    void batchThatDoesNotFitIsRefusedWholeAndNamesTheItem() throws Exception {
        var response =
                batch(RESIZE.formatted(1), "{\"kind\":\"resize\",\"input\":{},\"colour\":1}", "7");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("tasks.1.colour", "tasks.2");
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void batchHoldsOneToAThousand() throws Exception {
        var most = IntStream.range(0, 1000).mapToObj(RESIZE::formatted).toArray(String[]::new);

        assertThat(batch().statusCode()).isEqualTo(400);
        assertThat(statuses(batch(most))).hasSize(1000).containsOnly(202);
        var more = IntStream.range(0, 1001).mapToObj(RESIZE::formatted).toArray(String[]::new);
        assertThat(batch(more).statusCode()).isEqualTo(400);
        assertThat(gateway.submissions.count()).isEqualTo(1000);
    }

    private static String item(String ref, String more) {
        return "{\"kind\":\"resize\",\"input\":{},\"ref\":\"%s\",%s}".formatted(ref, more);
    }

    private HttpResponse<String> unchecked(String... tasks) {
        try {
            return batch(tasks);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private HttpResponse<String> batch(String... tasks) throws Exception {
        return gateway.post("/v1/tasks/batch", "{\"tasks\":[" + String.join(",", tasks) + "]}");
    }

    private static List<Integer> statuses(HttpResponse<String> response) {
        return items(response).stream()
                .map(item -> ((JsonObject) item).getInteger("status"))
                .toList();
    }

    private static JsonObject item(HttpResponse<String> response, int index) {
        return items(response).getJsonObject(index);
    }

    private static JsonArray items(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonArray("items");
    }
}
