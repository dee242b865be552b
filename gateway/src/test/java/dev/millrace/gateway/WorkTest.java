package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.kinds.KindCheck;
import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.gateway.work.WorkResource;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkTest {

    private static final String CLAIM = "/v1/work/shout/claim";
    private static final String INPUT = "{\"text\":\"hello\",\"n\":1.50}";

    private RunningGateway gateway;
    private FakeWork work;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        work = gateway.work;
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void whatIsClaimedIsTheCallersAndTheQueueForgetsIt() throws Exception {
        var task = work.put(INPUT);

        var response = gateway.post(CLAIM, "{\"max\":5,\"lease_ms\":60000,\"worker\":\"shouter\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"input\":" + INPUT);
        var item = items(response).getFirst();
        assertThat(item.getString("task")).isEqualTo(task.toString());
        assertThat(item.getInteger("attempt")).isEqualTo(1);
        assertThat(item.getInteger("max_attempts")).isEqualTo(3);
        assertThat(item.getString("claim_token")).isEqualTo(work.token(task, 1));
        assertThat(item.getString("lease_ends")).isEqualTo("2026-11-22T12:01:00Z");
        assertThat(item.getString("priority")).isEqualTo("normal");
        assertThat(item.getString("subject")).isEqualTo("patient-7");
        assertThat(item.getJsonObject("labels").encode())
                .isEqualTo("{\"sensitivity\":\"confidential\",\"tags\":[\"region=eu\"]}");
        assertThat(item.getString("correlation")).isEqualTo(new UUID(0x7000, 0xABC).toString());
        assertThat(work.awaitSettled(1)).containsExactly("accepted " + task);
        var report = work.reports().getFirst();
        assertThat(report.actor().id()).isEqualTo("admin");
        assertThat(report.correlation()).isEqualTo(new UUID(0x7000, 0xABC));
        assertThat(report.messageOrNull())
                .isInstanceOfSatisfying(
                        TaskReport.Started.class,
                        started -> {
                            assertThat(started.worker()).startsWith("shouter/");
                            assertThat(started.lease()).isEqualTo(Duration.ofMinutes(1));
                        });
    }

    @Test
    void nothingIsNoError() throws Exception {
        var response = gateway.post(CLAIM, "{}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"items\":[]}");
    }

    @Test
    void whoWaitsIsAnsweredOnceSomethingCame() throws Exception {
        var answer = async(CLAIM, "{\"wait_ms\":30000}");
        assertThat(work.awaitAsking()).isGreaterThan(Duration.ofSeconds(20));

        var task = work.put(INPUT);

        assertThat(items(answer.get(20, TimeUnit.SECONDS)))
                .extracting(item -> item.getString("task"))
                .containsExactly(task.toString());
    }

    @Test
    void nothingIsHandedOutOrReportedWhileTheDiskIsFull() throws Exception {
        work.put(INPUT);
        var held = items(gateway.post(CLAIM, "{}")).getFirst();
        var left = work.put(INPUT);
        var of =
                new JsonObject()
                        .put("task", held.getString("task"))
                        .put("attempt", 1)
                        .put("claim_token", held.getString("claim_token"));
        gateway.full = "the disk is nearly full";

        requireFull(gateway.post(CLAIM, "{}"));
        requireFull(post("heartbeat", of.copy().put("lease_ms", 60_000)));
        requireFull(post("complete", of.copy().put("output", new JsonObject())));
        requireFull(post("fail", of.copy().put("error", new JsonObject().put("code", "x"))));
        requireFull(post("release", of));
        requireFull(gateway.post("/v1/tasks/" + left + "/cancel", "{}"));
        assertThat(work.reports()).as("the first claim alone").hasSize(1);

        gateway.full = null;
        assertThat(post("complete", of.copy().put("output", new JsonObject())).statusCode())
                .isEqualTo(200);
        assertThat(items(gateway.post(CLAIM, "{}"))).hasSize(1);
    }

    @Test
    void whoWaitsIsRefusedIfTheDiskIsFullByTheTimeSomethingComes() throws Exception {
        var answer = async(CLAIM, "{\"wait_ms\":30000}");
        work.awaitAsking();
        gateway.full = "the disk is nearly full";

        var task = work.put(INPUT);

        requireFull(answer.get(20, TimeUnit.SECONDS));
        assertThat(work.awaitSettled(1)).containsExactly("released " + task);
        assertThat(work.reports()).isEmpty();
    }

    private HttpResponse<String> post(String verb, JsonObject body) throws Exception {
        return gateway.post("/v1/work/shout/" + verb, body.encode());
    }

    private void requireFull(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(507);
        assertThat(gateway.header(response, "Retry-After")).isEqualTo("10");
        assertThat(response.body()).contains("storage_full", "nothing was written");
    }

    @Test
    void noMoreThanWasAskedForIsHandedOut() throws Exception {
        for (int i = 0; i < 3; i++) {
            work.put(INPUT);
        }

        assertThat(items(gateway.post(CLAIM, "{\"max\":2}"))).hasSize(2);
        assertThat(items(gateway.post(CLAIM, "{\"max\":2}"))).hasSize(1);
        assertThat(items(gateway.post(CLAIM, "{\"max\":2}"))).isEmpty();
    }

    @Test
    void whatIsOverIsDroppedAndTheWaitGoesOn() throws Exception {
        var cancelled = work.put(INPUT);
        work.cancel(cancelled);
        var answer = async(CLAIM, "{\"wait_ms\":30000}");
        assertThat(work.awaitSettled(1)).containsExactly("accepted " + cancelled);
        assertThat(work.awaitAsking()).isPositive();

        var task = work.put(INPUT);

        assertThat(items(answer.get(20, TimeUnit.SECONDS)))
                .extracting(item -> item.getString("task"))
                .containsExactly(task.toString());
    }

    @Test
    void theSameHintTwiceIsHandedOutOnce() throws Exception {
        var task = work.put(INPUT);
        work.queue(task, 1, new Content.Inline(INPUT), Terms.DEFAULT, Envelope.DEFAULT_TENANT);

        assertThat(items(gateway.post(CLAIM, "{\"max\":2,\"worker\":\"w\"}"))).hasSize(1);
        var workers = new HashSet<String>();
        for (var report : work.awaitReports(2)) {
            workers.add(((TaskReport.Started) report).worker());
        }
        assertThat(workers).hasSize(2);
        assertThat(work.awaitSettled(2)).containsOnly("accepted " + task);
    }

    @Test
    void workOfAnotherTenantIsNotShown() throws Exception {
        var task = work.put(new Content.Inline(INPUT), Terms.DEFAULT, "other");

        assertThat(items(gateway.post(CLAIM, "{}"))).isEmpty();
        assertThat(work.awaitSettled(1)).containsExactly("released " + task);
        assertThat(work.reports()).isEmpty();
    }

    @Test
    void aClaimWithoutAnAnswerIsTakenBackBeforeTheItemIsReleased() throws Exception {
        var task = work.put(INPUT);
        work.loseOutcomes(1);

        var response = gateway.post(CLAIM, "{}");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(gateway.header(response, "Retry-After")).isNotNull();
        assertThat(response.body()).doesNotContain(work.token(task, 1));
        assertThat(work.awaitSettled(1)).containsExactly("released " + task);
        assertThat(work.awaitReports(2).get(1)).isInstanceOf(TaskReport.Released.class);
    }

    @Test
    void whatCanBeHadIsHandedOutThoughNotAllIsKnown() throws Exception {
        var lost = work.put(INPUT);
        var task = work.put(INPUT);
        work.loseOutcomes(1);

        assertThat(items(gateway.post(CLAIM, "{\"max\":2}")))
                .extracting(item -> item.getString("task"))
                .containsExactly(task.toString());
        assertThat(work.awaitSettled(2)).contains("accepted " + task, "released " + lost);
    }

    @Test
    void whoGoesAwayTakesNothing() throws Exception {
        gateway.abandon(CLAIM, "{\"wait_ms\":30000}", () -> work.awaitAsking());

        work.awaitNobodyAsks();
        var task = work.put(INPUT);
        assertThat(work.reports()).isEmpty();
        assertThat(items(gateway.post(CLAIM, "{}")))
                .extracting(item -> item.getString("task"))
                .containsExactly(task.toString());
    }

    @Test
    void whatIsGrantedToOneWhoIsGoneIsGivenBack() throws Exception {
        var task = work.put(INPUT);
        work.hold();
        var resource =
                new WorkResource(
                        new KindCheck(gateway.kinds),
                        work,
                        work,
                        gateway.blobs,
                        WriteGate.OPEN,
                        RunningGateway.SITE,
                        () -> new UUID(0x7000, 0x77),
                        () -> RunningGateway.NOON,
                        Runnable::run);
        var answer = resource.claim(call()).toCompletableFuture();
        assertThat(work.awaitReports(1)).hasSize(1);
        answer.cancel(false);

        work.tell();

        assertThat(work.awaitReports(2).get(1))
                .isEqualTo(new TaskReport.Released(task, 1, work.token(task, 1)));
        assertThat(work.state(task).stage()).isEqualTo(Stage.QUEUED);
    }

    @Test
    void inputsInTheBlobStoreAreShownUpToABound() throws Exception {
        var small = "{\"text\":\"" + "a".repeat(100_000) + "\"}";
        var large = "{\"text\":\"" + "b".repeat(1 << 20) + "\"}";
        work.put(gateway.blob(small), Terms.DEFAULT, Envelope.DEFAULT_TENANT);
        work.put(gateway.blob(large), Terms.DEFAULT, Envelope.DEFAULT_TENANT);
        work.put(new Content.Inline("no JSON"), Terms.DEFAULT, Envelope.DEFAULT_TENANT);
        work.put(new Content.Stored(Digest.of("gone"), 4), Terms.DEFAULT, Envelope.DEFAULT_TENANT);

        var items = items(gateway.post(CLAIM, "{\"max\":10}"));

        assertThat(items.get(0).getJsonObject("input")).isEqualTo(new JsonObject(small));
        assertThat(items.get(1).containsKey("input")).isFalse();
        var blob = items.get(1).getJsonObject("input_ref").getJsonObject("blob");
        assertThat(blob.getInteger("size")).isEqualTo(large.length());
        var read = gateway.get("/v1/blobs/" + blob.getString("digest"));
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(large);
        assertThat(items.get(2).getString("input")).isEqualTo("no JSON");
        assertThat(items.get(3).containsKey("input_ref")).isTrue();
    }

    @Test
    void noAnswerHoldsMoreThanEightMebibytesOfBlobs() throws Exception {
        var text = "{\"text\":\"" + "a".repeat((1 << 20) - 100) + "\"}";
        for (int i = 0; i < 10; i++) {
            work.put(gateway.blob(text), Terms.DEFAULT, Envelope.DEFAULT_TENANT);
        }

        var items = items(gateway.post(CLAIM, "{\"max\":10}"));

        assertThat(items.stream().filter(item -> item.containsKey("input"))).hasSize(8);
        assertThat(items.stream().filter(item -> item.containsKey("input_ref"))).hasSize(2);
    }

    @Test
    void whatTheTasksGaveThatATaskWaitedForComesWithIt() throws Exception {
        var blob = new Content.Stored(Digest.of("large"), 4_194_304);
        work.put(
                INPUT,
                new DependencyResults(
                        List.of(
                                given(1, Stage.SUCCEEDED, new Content.Inline("{\"n\":1.10}")),
                                given(2, Stage.SUCCEEDED, blob),
                                given(3, Stage.FAILED, null),
                                given(4, Stage.SUCCEEDED, new Content.Inline("no JSON"))),
                        false));
        work.put(INPUT);

        var response = gateway.post(CLAIM, "{\"max\":2}");

        var items = items(response);
        assertThat(items.getFirst().getJsonArray("dependencies").encode())
                .isEqualTo(
                        """
                        [{"task":"00000000-0000-0001-0000-000000000001","status":"succeeded",\
                        "output":{"n":1.1}},\
                        {"task":"00000000-0000-0001-0000-000000000002","status":"succeeded",\
                        "output_ref":{"blob":{"digest":"%s","size":4194304}}},\
                        {"task":"00000000-0000-0001-0000-000000000003","status":"failed"},\
                        {"task":"00000000-0000-0001-0000-000000000004","status":"succeeded",\
                        "output":"no JSON"}]\
                        """
                                .formatted(blob.digest().hex()));
        assertThat(response.body()).as("numbers as they were written").contains("{\"n\":1.10}");
        assertThat(items.getFirst().getBoolean("dependencies_complete")).isFalse();
        assertThat(items.getLast().getJsonArray("dependencies")).isEmpty();
        assertThat(items.getLast().getBoolean("dependencies_complete")).isTrue();
    }

    @Test
    void outputsForWhichAnAnswerHasNoRoomAreLeftOut() throws Exception {
        var output = new Content.Inline("\"" + "a".repeat(8_190) + "\"");
        var each = IntStream.range(0, 32).mapToObj(i -> given(i, Stage.SUCCEEDED, output)).toList();
        for (int i = 0; i < 33; i++) {
            work.put(INPUT, new DependencyResults(each, true));
        }

        var items = items(gateway.post(CLAIM, "{\"max\":40}"));

        assertThat(items).hasSize(33);
        assertThat(items.subList(0, 32))
                .allMatch(item -> item.getBoolean("dependencies_complete"))
                .allMatch(item -> first(item).containsKey("output"));
        assertThat(items.getLast().getBoolean("dependencies_complete")).isFalse();
        assertThat(first(items.getLast()).getString("status")).isEqualTo("succeeded");
        assertThat(first(items.getLast()).containsKey("output")).isFalse();
    }

    private static JsonObject first(JsonObject item) {
        return item.getJsonArray("dependencies").getJsonObject(0);
    }

    private static DependencyResult given(int task, Stage end, @Nullable Content output) {
        return new DependencyResult(new TaskId(new UUID(1, task)), end, output);
    }

    @Test
    void blobThatIsNotThereIsNotFound() throws Exception {
        assertThat(gateway.get("/v1/blobs/" + "0".repeat(64)).statusCode()).isEqualTo(404);
        assertThat(gateway.get("/v1/blobs/" + "Z".repeat(64)).statusCode()).isEqualTo(400);
    }

    @Test
    void leaseIsExtended() throws Exception {
        var task = claimed();

        var response = say("heartbeat", task, 1, ",\"lease_ms\":5000");

        assertThat(response.statusCode()).isEqualTo(200);
        var lease = new JsonObject(response.body());
        assertThat(lease.getString("lease_ends")).isEqualTo("2026-11-22T12:00:05Z");
        assertThat(lease.getString("position")).startsWith("millrace.task-events-");
    }

    @Test
    void heartbeatMayTellHowFarTheWorkIs() throws Exception {
        var task = claimed();

        say("heartbeat", task, 1, ",\"lease_ms\":5000");
        assertThat(work.told()).isEmpty();
        var response =
                say(
                        "heartbeat",
                        task,
                        1,
                        ",\"lease_ms\":5000,\"progress\":{\"fraction\":1,\"note\":\"page 2\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(work.told())
                .singleElement()
                .satisfies(envelope -> {
                    assertThat(envelope.messageOrNull())
                            .isEqualTo(new TaskProgress(task, 1, 1, "page 2"));
                    assertThat(envelope.actor().id()).isEqualTo("admin");
                });
    }

    @Test
    void progressOfWhatIsNotHeldIsNotTold() throws Exception {
        var task = claimed();
        var progress = ",\"lease_ms\":5000,\"progress\":{\"fraction\":0.5}";
        work.cancel(task);

        assertRefused(say("heartbeat", task, 1, progress), 409, "already_ended", task);
        var guessed = body(task, 1, work.token(task, 2), progress);
        assertThat(gateway.post(path("heartbeat"), guessed).statusCode()).isEqualTo(403);
        var tooFar = say("heartbeat", task, 1, progress.replace("0.5", "1.5"));

        assertThat(tooFar.statusCode()).isEqualTo(400);
        assertThat(work.told()).isEmpty();
    }

    @Test
    void whatIsDoneIsDoneOnce() throws Exception {
        var task = claimed();

        var first = say("complete", task, 1, ",\"output\":{\"text\":\"HELLO\",\"n\":1.50}");
        var again = say("complete", task, 1, ",\"output\":{\"text\":\"HELLO\",\"n\":1.50}");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(first.body()).getString("id")).isEqualTo(task.toString());
        assertThat(new JsonObject(first.body()).getString("position")).isNotEmpty();
        assertThat(work.awaitReports(2).get(1))
                .isEqualTo(
                        new TaskReport.Succeeded(
                                task,
                                1,
                                work.token(task, 1),
                                new Content.Inline("{\"n\":1.50,\"text\":\"HELLO\"}")));
        assertRefused(again, 409, "already_ended", task);
    }

    @Test
    void largeOutputGoesIntoTheBlobStore() throws Exception {
        var task = claimed();
        var text = "a".repeat(100_000);

        var response = say("complete", task, 1, ",\"output\":{\"text\":\"" + text + "\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        var report = (TaskReport.Succeeded) work.awaitReports(2).get(1);
        assertThat(report.output()).isInstanceOf(Content.Stored.class);
        assertThat(gateway.blobs.text(report.output())).contains(text);
    }

    @Test
    void anOutputThatItsKindDoesNotAllowIsRefused() throws Exception {
        var _ =
                gateway.kinds.register(
                        new TaskKind(
                                "count",
                                1,
                                "",
                                null,
                                "{\"type\":\"object\",\"required\":[\"n\"],"
                                        + "\"properties\":{\"n\":{\"type\":\"integer\"}}}",
                                Retries.DEFAULT,
                                Duration.ofSeconds(30),
                                null,
                                Set.of(),
                                Set.of()),
                        new Actor("admin", Actor.Proof.LOCAL));
        var response =
                gateway.post(
                        "/v1/work/count/complete",
                        new JsonObject()
                                .put("task", "01900000-0000-7000-8000-000000000001")
                                .put("attempt", 1)
                                .put("claim_token", "x".repeat(32))
                                .put("output", new JsonObject().put("n", "seven"))
                                .encode());

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("invalid_output").contains("/output/n");
    }

    @Test
    void tooLargeAnOutputIsRefused() throws Exception {
        var task = claimed();
        var text = "a".repeat(16 * 1024 * 1024);

        var response = say("complete", task, 1, ",\"output\":{\"text\":\"" + text + "\"}");

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(work.reports()).hasSize(1);
    }

    @Test
    void outputThatCannotBeStoredIsToBeSentAgain() throws Exception {
        var task = claimed();
        gateway.blobs.failWith(new IOException("/secret/folder"));
        var output = ",\"output\":{\"text\":\"" + "a".repeat(100_000) + "\"}";

        var response = say("complete", task, 1, output);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).doesNotContain("secret");
    }

    @Test
    void failureIsFollowedByAnotherAttemptOrNot() throws Exception {
        var task = claimed();
        var other = claimed();
        var error = ",\"error\":{\"code\":\"on_fire\",\"detail\":\"printer 7\"}";

        var later = say("fail", task, 1, error);
        var never = say("fail", other, 1, error + ",\"retryable\":false");

        assertThat(later.statusCode()).isEqualTo(200);
        assertThat(never.statusCode()).isEqualTo(200);
        assertThat(work.state(task).stage()).isEqualTo(Stage.WAITING);
        assertThat(work.state(other).stage()).isEqualTo(Stage.FAILED);
        assertThat(work.reports().getLast().messageOrNull())
                .isEqualTo(
                        new TaskReport.Failed(
                                other,
                                1,
                                work.token(other, 1),
                                new Failure("on_fire", "printer 7"),
                                false));
    }

    @Test
    void whatIsGivenBackIsQueuedAgain() throws Exception {
        var task = claimed();

        assertThat(say("release", task, 1, "").statusCode()).isEqualTo(200);
        assertThat(work.state(task).stage()).isEqualTo(Stage.QUEUED);
        assertThat(work.state(task).attempt()).isEqualTo(1);
    }

    @Test
    void wrongTokenIsRefusedAndShownToNobody() throws Exception {
        var task = claimed();
        for (var token : List.of("guess-0123456789", work.token(task, 2))) {
            for (var verb : List.of("heartbeat", "complete", "fail", "release")) {
                var response = gateway.post(path(verb), body(task, 1, token, rest(verb)));

                assertThat(response.statusCode()).as(verb).isEqualTo(403);
                assertThat(code(response)).isEqualTo("bad_claim");
                assertThat(response.body()).doesNotContain(token);
            }
        }
        assertThat(work.state(task).stage()).isEqualTo(Stage.RUNNING);
    }

    @Test
    void tokenThatDoesNotFitTheContractIsShownToNobody() throws Exception {
        var task = claimed();
        var token = "x".repeat(200);

        var response = gateway.post(path("release"), body(task, 1, token, ""));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).doesNotContain(token);
    }

    @Test
    void lateReportsAreRefusedForWhatTheyAre() throws Exception {
        var lost = claimed();
        work.pass(lost, Duration.ofMinutes(1));
        var cancelled = claimed();
        work.cancel(cancelled);
        for (var verb : List.of("heartbeat", "complete", "fail", "release")) {
            assertRefused(say(verb, lost, 1, rest(verb)), 409, "stale_attempt", lost);
            assertRefused(say(verb, cancelled, 1, rest(verb)), 409, "already_ended", cancelled);
            var unknown = new TaskId(new UUID(0x7000, 1));
            assertRefused(say(verb, unknown, 1, rest(verb)), 404, "not_found", unknown);
        }
    }

    @Test
    void reportWithoutAnOutcomeIsToBeSentAgain() throws Exception {
        var task = claimed();
        work.loseOutcomes(1);

        var response = say("complete", task, 1, ",\"output\":{}");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(gateway.header(response, "Retry-After")).isNotNull();
        assertThat(response.body()).contains("safe");
        assertThat(say("complete", task, 1, ",\"output\":{}").statusCode()).isEqualTo(200);
    }

    @Test
    void whatTheSiteDoesByItselfCannotBeClaimed() throws Exception {
        var response = gateway.post("/v1/work/ingest/claim", "{}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(code(response)).isEqualTo("refused");
    }

    @Test
    void unknownKindIsRefusedAndANearOneNamed() throws Exception {
        for (var verb : List.of("claim", "release")) {
            var response = gateway.post("/v1/work/shoat/" + verb, body(verb));

            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(code(response)).isEqualTo("unknown_kind");
            assertThat(response.body()).contains("shout");
        }
    }

    @Test
    void aKindSaysWhoMayDoIt() throws Exception {
        gateway.kinds.hear(
                new TaskKindEvent.Registered(FakeKinds.kind("secret", Set.of("operator"))));
        gateway.kinds.hear(new TaskKindEvent.Registered(FakeKinds.kind("open", Set.of("worker"))));
        for (var verb : List.of("claim", "release")) {
            var secret = asWorker("/v1/work/secret/" + verb, body(verb));
            assertThat(secret.statusCode()).isEqualTo(403);
            assertThat(code(secret)).isEqualTo("forbidden");
            assertThat(asWorker("/v1/work/open/" + verb, body(verb)).statusCode()).isIn(200, 404);
            assertThat(gateway.post("/v1/work/secret/" + verb, body(verb)).statusCode())
                    .isIn(200, 404);
        }
    }

    @Test
    void queuesThatCannotBeReadAreUnavailable() throws Exception {
        work.breakQueues();

        var response = gateway.post(CLAIM, "{}");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(code(response)).isEqualTo("unavailable");
    }

    @Test
    void closingLetsThoseWhoWaitGo() throws Exception {
        var answer = async(CLAIM, "{\"wait_ms\":30000}");
        assertThat(work.awaitAsking()).isPositive();

        gateway.stopServing();

        assertThat(items(answer.get(20, TimeUnit.SECONDS))).isEmpty();
    }

    @Test
    void requestsBeyondTheBoundsAreRefused() throws Exception {
        for (var body :
                List.of(
                        "{\"max\":0}",
                        "{\"max\":101}",
                        "{\"wait_ms\":30001}",
                        "{\"wait_ms\":-1}",
                        "{\"lease_ms\":999}",
                        "{\"lease_ms\":3600001}",
                        "{\"worker\":\"\"}",
                        "{\"worker\":\"a\\nb\"}",
                        "{\"colour\":1}")) {
            assertThat(gateway.post(CLAIM, body).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(gateway.post("/v1/work/No_Kind/claim", "{}").statusCode()).isEqualTo(400);
        var task = claimed();
        for (var rest : List.of("", ",\"error\":{\"code\":\"On Fire\"}")) {
            assertThat(say("fail", task, 1, rest).statusCode()).as(rest).isEqualTo(400);
        }
    }

    private static Call call() {
        return new Call(
                new Principal(
                        "w",
                        Envelope.DEFAULT_TENANT,
                        Set.of(Role.WORKER),
                        new Actor("w", Actor.Proof.LOCAL)),
                CLAIM,
                Map.of(),
                Map.of("kind", "shout"),
                Map.of(),
                "application/json",
                new JsonObject(),
                null,
                false);
    }

    private CompletableFuture<HttpResponse<String>> async(String path, String body) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return gateway.post(path, body);
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private TaskId claimed() throws Exception {
        var task = work.put(INPUT);
        assertThat(items(gateway.post(CLAIM, "{}"))).hasSize(1);
        return task;
    }

    private HttpResponse<String> say(String verb, TaskId task, int attempt, String rest)
            throws Exception {
        return gateway.post(path(verb), body(task, attempt, work.token(task, attempt), rest));
    }

    private static String path(String verb) {
        return "/v1/work/shout/" + verb;
    }

    private static String body(TaskId task, int attempt, String token, String rest) {
        return "{\"task\":\"%s\",\"attempt\":%d,\"claim_token\":\"%s\"%s}"
                .formatted(task, attempt, token, rest);
    }

    private static String body(String verb) {
        return verb.equals("claim")
                ? "{}"
                : body(new TaskId(new UUID(0x7000, 1)), 1, "a-token", "");
    }

    private HttpResponse<String> asWorker(String path, String body) throws Exception {
        return gateway.send(
                gateway.request(path)
                        .header("Authorization", "Bearer " + RunningGateway.token(Role.WORKER))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    private static String rest(String verb) {
        return switch (verb) {
            case "heartbeat" -> ",\"lease_ms\":5000";
            case "complete" -> ",\"output\":{}";
            case "fail" -> ",\"error\":{\"code\":\"on_fire\"}";
            default -> "";
        };
    }

    private void assertRefused(
            HttpResponse<String> response, int status, String code, TaskId task) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(code(response)).isEqualTo(code);
        assertThat(new JsonObject(response.body()).getString("position"))
                .as("where the refusal stands")
                .startsWith("millrace.task-events-");
        assertThat(response.body()).doesNotContain(work.token(task, 1));
    }

    private static String code(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("error_code");
    }

    private static List<JsonObject> items(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body())
                .getJsonArray("items").stream().map(JsonObject.class::cast).toList();
    }
}
