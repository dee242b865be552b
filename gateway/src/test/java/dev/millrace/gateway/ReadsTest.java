package dev.millrace.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.log.EventLog.LogQuery;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.gateway.status.Readiness.Part;
import dev.millrace.gateway.status.Readiness.State;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadsTest {

    private static final String TASK = "8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718";
    private static final String ROW = "{\"id\": \"" + TASK + "\",  \"output\": 1e400}";

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
    void everyAnswerSaysHowOldItMayBe() throws Exception {
        gateway.views.put("tasks", ROW);
        gateway.views.put("task-history", "{\"version\":1}");
        for (var path :
                List.of(
                        "/v1/tasks",
                        "/v1/views/tasks",
                        "/v1/tasks/" + TASK,
                        "/v1/views/tasks/" + TASK,
                        "/v1/tasks/" + TASK + "/history")) {
            assertThat(gateway.header(gateway.get(path), "Millrace-Staleness-Ms"))
                    .as(path)
                    .isEqualTo("12");
        }
        assertThat(gateway.get("/v1/tasks/" + TASK + "?as_of=2026-11-22T11:00:00Z").headers().map())
                .as("the past does not grow old")
                .doesNotContainKey("millrace-staleness-ms");
        gateway.staleness = Optional.empty();
        var unknown = gateway.get("/v1/tasks");
        assertThat(unknown.headers().map()).doesNotContainKey("millrace-staleness-ms");
        assertThat(new JsonObject(unknown.body()).getValue("staleness_ms")).isNull();
    }

    @Test
    void rowsArePassedOnAsTheyAre() throws Exception {
        gateway.views.put("tasks", ROW, "{\"kind\":\"b\"}");

        var response = gateway.get("/v1/tasks");

        assertThat(response.body())
                .isEqualTo(
                        "{\"items\":["
                                + ROW
                                + ",{\"kind\":\"b\"}],\"next_token\":null,\"position\":\""
                                + FakeViews.POSITION
                                + "\",\"staleness_ms\":12}");
        assertThat(gateway.header(response, "Link")).isNull();
    }

    @Test
    void linkLeadsToTheNextPage() throws Exception {
        gateway.views.put("tasks", ROW, "{\"kind\":\"b\"}");

        var first = gateway.get("/v1/tasks?state=a%20b&limit=1");
        var link = gateway.header(first, "Link");
        assertThat(link).isEqualTo("</v1/tasks?state=a+b&limit=1&token=1>; rel=\"next\"");
        var second = gateway.get("/v1/tasks?state=a+b&limit=1&token=1");

        assertThat(new JsonObject(first.body()).getString("next_token")).isEqualTo("1");
        assertThat(new JsonObject(second.body()).getString("next_token")).isNull();
        assertThat(gateway.views.last())
                .isEqualTo(new ViewQuery("tasks", "default", Map.of("state", "a b"), 1, "1"));
    }

    @Test
    void tasksAreFoundByTasksWhoseIdsAreWrittenInAnyCase() throws Exception {
        gateway.views.put("tasks", ROW);
        var one = "8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718";
        var other = "00000000-0000-8000-8000-00000000000a";

        gateway.get("/v1/tasks?parent=" + one.toUpperCase(Locale.ROOT) + "&rerun_of=" + other);

        assertThat(gateway.views.last())
                .isEqualTo(
                        new ViewQuery(
                                "tasks",
                                "default",
                                Map.of("parent", one, "rerun_of", other),
                                50,
                                null));
        assertThat(gateway.get("/v1/tasks?parent=me").statusCode()).isEqualTo(400);
    }

    @Test
    void taskIsARowOfItsView() throws Exception {
        gateway.views.put("tasks", ROW);

        var response = gateway.get("/v1/tasks/" + TASK);

        assertThat(response.body()).isEqualTo(ROW);
        assertThat(gateway.header(response, "Millrace-Position"))
                .isEqualTo(FakeViews.POSITION.toString());
    }

    @Test
    void progressIsARowOfItsView() throws Exception {
        var row =
                """
                {"id":"%s","attempt":1,"fraction":0.5,"note":"half","worker":"site/1",\
                "updated":"2026-11-22T12:00:00.000000Z"}\
                """
                        .formatted(TASK);
        gateway.views.put("task-progress", row);

        assertThat(gateway.get("/v1/tasks/" + TASK + "/progress").body()).isEqualTo(row);
        assertThat(gateway.get("/v1/tasks/" + new UUID(0, 1) + "/progress").statusCode())
                .isEqualTo(404);
    }

    @Test
    void historyIsAFilteredView() throws Exception {
        gateway.views.put("task-history", "{\"type\":\"dev.millrace.task.submitted\"}");

        var response = gateway.get("/v1/tasks/" + TASK + "/history?limit=1000");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.views.last())
                .isEqualTo(
                        new ViewQuery("task-history", "default", Map.of("task", TASK), 1000, null));
    }

    @Test
    void taskThatNobodySubmittedIsNotFound() throws Exception {
        gateway.views.put("tasks");
        gateway.views.put("task-history");

        assertThat(gateway.get("/v1/tasks/" + TASK).statusCode()).isEqualTo(404);
        assertThat(gateway.get("/v1/tasks/" + TASK + "/history").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/v1/tasks/not-an-id").statusCode()).isEqualTo(400);
    }

    @Test
    void viewsAreListedAndRead() throws Exception {
        gateway.views.put("tasks", ROW, "{\"kind\":\"a/b c\"}");

        assertThat(gateway.get("/v1/views").body())
                .contains("\"filters\":[\"state\",\"kind\"]")
                .contains(
                        "\"due\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\",\"description\":\"When.\"}");
        assertThat(gateway.get("/v1/views/tasks?kind=x").statusCode()).isEqualTo(200);
        assertThat(gateway.views.last())
                .isEqualTo(new ViewQuery("tasks", "default", Map.of("kind", "x"), 50, null));
        assertThat(gateway.get("/v1/views/tasks/a%2Fb%20c").body())
                .isEqualTo("{\"kind\":\"a/b c\"}");
        assertThat(gateway.get("/v1/views/tasks/none").statusCode()).isEqualTo(404);
    }

    @Test
    void whoeverTakesStaleAnswersIsToldOfThem() throws Exception {
        gateway.views.put("tasks", ROW);

        for (var path : List.of("/v1/tasks", "/v1/tasks/" + TASK, "/v1/views/tasks")) {
            var fresh = gateway.get(path);
            assertThat(fresh.statusCode()).isEqualTo(200);
            assertThat(gateway.header(fresh, "Millrace-Standby")).isNull();
            var stale = gateway.get(path + "?stale=ok");
            assertThat(stale.body()).isEqualTo(fresh.body());
            assertThat(gateway.header(stale, "Millrace-Standby")).isEqualTo("true");
        }
        assertThat(gateway.views.lastRow())
                .isEqualTo(new RowQuery("tasks", "default", TASK, Position.START, null, true));
        assertThat(problem("/v1/tasks?stale=maybe", 400)).isEqualTo("invalid_request");
    }

    @Test
    void aReadMayComeAfterAWriteAndShowThePast() throws Exception {
        gateway.views.put("tasks", ROW);
        var position = Position.at("millrace.task-events", 2, 41);

        gateway.get("/v1/tasks/" + TASK + "?after=" + position + "&as_of=2026-11-22T10:00:00Z");
        assertThat(gateway.views.lastRow())
                .isEqualTo(
                        new RowQuery(
                                "tasks",
                                "default",
                                TASK,
                                position,
                                new Moment.Time(Instant.parse("2026-11-22T10:00:00Z"))));
        gateway.get("/v1/views/tasks/" + TASK + "?as_of=" + TASK);
        assertThat(gateway.views.lastRow())
                .isEqualTo(
                        new RowQuery(
                                "tasks",
                                "default",
                                TASK,
                                Position.START,
                                new Moment.Event(UUID.fromString(TASK))));
        gateway.get("/v1/tasks?reverse=true&after=" + position);
        assertThat(gateway.views.last())
                .isEqualTo(
                        new ViewQuery(
                                "tasks", "default", Map.of(), true, false, 50, null, position));

        assertThat(problem("/v1/tasks?after=x", 400)).isEqualTo("invalid_request");
        assertThat(problem("/v1/tasks/" + TASK + "?as_of=yesterday", 400))
                .isEqualTo("invalid_request");
        gateway.views.failWith(new ViewBehind("tasks", Position.at("millrace.task-events", 2, 40)));
        var behind = gateway.get("/v1/tasks?after=" + position);
        assertThat(behind.statusCode()).isEqualTo(504);
        assertThat(new JsonObject(behind.body()).getString("position"))
                .isEqualTo("millrace.task-events-2@40");
        assertThat(new JsonObject(behind.body()).getString("detail"))
                .isEqualTo(
                        "view tasks: has come no further than millrace.task-events-2@40 yet; the"
                                + " same request may be sent again");
    }

    @Test
    void onlyTheFieldsThatAreWantedAreShown() throws Exception {
        gateway.views.put(
                "tasks", "{\"id\":\"%s\",\"state\":\"queued\",\"output\":1.50}".formatted(TASK));

        assertThat(gateway.get("/v1/tasks/" + TASK + "?fields=output,state").body())
                .isEqualTo("{\"output\":1.50,\"state\":\"queued\"}");
        assertThat(
                        new JsonObject(gateway.get("/v1/tasks?fields=state").body())
                                .getJsonArray("items"))
                .isEqualTo(new JsonArray().add(new JsonObject().put("state", "queued")));
        assertThat(problem("/v1/tasks?fields=state,none", 400)).isEqualTo("invalid_request");
    }

    @Test
    void rowsAreExportedPageAfterPage() throws Exception {
        var rows =
                IntStream.range(0, 2_500)
                        .mapToObj(i -> "{\"id\":\"%d\",\"state\":\"queued\"}".formatted(i))
                        .toArray(String[]::new);
        gateway.views.put("tasks", rows);

        var all = gateway.get("/v1/views/tasks/export?state=queued&reverse=true&stale=ok");

        assertThat(all.statusCode()).as(all.body()).isEqualTo(200);
        assertThat(gateway.header(all, "Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(gateway.header(all, "Millrace-Position"))
                .isEqualTo(FakeViews.POSITION.toString());
        assertThat(all.headers().firstValue("Millrace-Next")).isEmpty();
        assertThat(all.body().lines()).containsExactly(rows);
        assertThat(gateway.views.last())
                .isEqualTo(
                        new ViewQuery(
                                "tasks",
                                "default",
                                Map.of("state", "queued"),
                                true,
                                false,
                                1_000,
                                "2000",
                                Position.START,
                                true));
        assertThat(gateway.get("/v1/views/tasks/export?fields=id").body().lines())
                .first()
                .isEqualTo("{\"id\":\"0\"}");
        assertThat(problem("/v1/views/tasks/export?colour=red", 400)).isEqualTo("invalid_request");
        assertThat(problem("/v1/views/nothing/export", 404)).isEqualTo("unknown_view");
    }

    @Test
    void anExportThatIsTooLongSaysWhereTheNextOneBegins() throws Exception {
        var rows =
                IntStream.range(0, 10_001).mapToObj("{\"n\":%d}"::formatted).toArray(String[]::new);
        gateway.views.put("tasks", rows);

        var first = gateway.get("/v1/views/tasks/export");
        var next = gateway.header(first, "Millrace-Next");
        var last = gateway.get("/v1/views/tasks/export?token=" + next);

        assertThat(first.body().lines()).hasSize(10_000);
        assertThat(last.body()).isEqualTo("{\"n\":10000}\n");
        assertThat(last.headers().firstValue("Millrace-Next")).isEmpty();
    }

    @Test
    void anExportEndsWithThePageThatIsEnough() throws Exception {
        var large = "{\"text\":\"%s\"}".formatted("x".repeat(10_000));
        gateway.views.put("tasks", Collections.nCopies(3_000, large).toArray(String[]::new));

        var first = gateway.get("/v1/views/tasks/export");

        assertThat(first.body().lines()).hasSize(2_000);
        assertThat(gateway.header(first, "Millrace-Next")).isEqualTo("2000");
    }

    @Test
    void onesOwnTenantMayBeNamedAndNoOther() throws Exception {
        for (var path :
                List.of(
                        "/v1/events?topic=millrace.task-events",
                        "/v1/events/export?topic=task-events")) {
            assertThat(gateway.get(path + "&tenant=default").statusCode()).as(path).isEqualTo(200);
            var refused = gateway.get(path + "&tenant=acme");
            assertThat(refused.statusCode()).as(path).isEqualTo(403);
            assertThat(new JsonObject(refused.body()).getString("detail"))
                    .startsWith("tenant: acme (expected: default, your own");
        }
        var stream =
                gateway.asAdmin("/v1/events?tenant=acme").header("Accept", "text/event-stream");
        assertThat(gateway.send(stream).statusCode()).isEqualTo(403);
    }

    @Test
    void listsAreCountedWhenAsked() throws Exception {
        gateway.views.put("tasks", ROW);

        assertThat(gateway.get("/v1/tasks?count=true").body())
                .endsWith(",\"count\":1,\"count_is_exact\":false,\"staleness_ms\":12}");
        assertThat(gateway.get("/v1/tasks").body()).doesNotContain("count");
    }

    @Test
    void whatACallerHasIsNotSentAgain() throws Exception {
        gateway.views.put("tasks", ROW);
        for (var path : List.of("/v1/tasks/" + TASK, "/v1/tasks", "/v1/views/tasks?fields=id")) {
            var first = gateway.get(path);
            var tag = requireNonNull(gateway.header(first, "ETag"));
            // That of a list leaves its position out, so it is a weak one.
            boolean isWeak = !path.endsWith(TASK);
            assertThat(tag).matches((isWeak ? "W/" : "") + "\"[0-9a-f]{32}\"");
            var digest = tag.replace("W/", "");
            assertThat(gateway.header(first, "Cache-Control")).isEqualTo("private, no-cache");

            for (var known : List.of(tag, digest, "W/" + digest, "\"other\", " + tag, "*")) {
                var again = gateway.get(path, "If-None-Match", known);
                assertThat(again.statusCode()).as(known).isEqualTo(304);
                assertThat(again.body()).isEmpty();
                assertThat(gateway.header(again, "ETag")).isEqualTo(tag);
                assertThat(gateway.header(again, "Millrace-Position"))
                        .isEqualTo(FakeViews.POSITION.toString());
            }
            var other = gateway.get(path, "If-None-Match", "\"other\"");
            assertThat(other.body()).isEqualTo(first.body());
        }
        var before = gateway.header(gateway.get("/v1/tasks"), "ETag");
        gateway.views.put("tasks", ROW, ROW);
        assertThat(gateway.header(gateway.get("/v1/tasks"), "ETag")).isNotEqualTo(before);
    }

    @Test
    void failuresOfAViewHaveTheirStatus() throws Exception {
        gateway.views.put("tasks", ROW);

        assertThat(problem("/v1/views/nothing", 404)).isEqualTo("unknown_view");
        assertThat(problem("/v1/views/nothing/k", 404)).isEqualTo("unknown_view");
        assertThat(problem("/v1/views/tasks?colour=red", 400)).isEqualTo("invalid_request");
        gateway.views.failWith(new ViewUnavailable("tasks", "being restored"));
        var unavailable = gateway.get("/v1/tasks");
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(gateway.header(unavailable, "Retry-After")).isEqualTo("1");
        gateway.views.failWith(new IllegalStateException("secret"));
        assertThat(problem("/v1/tasks", 500)).isEqualTo("internal");
        assertThat(gateway.get("/v1/tasks").body()).doesNotContain("secret");
    }

    @Test
    void passagesAreFound() throws Exception {
        var response = gateway.post("/v1/search", "{\"text\":\"wheel\",\"limit\":2}");

        var body = new JsonObject(response.body());
        assertThat(body.getJsonArray("hits")).hasSize(2);
        assertThat(body.getJsonArray("hits").getJsonObject(0))
                .isEqualTo(
                        new JsonObject()
                                .put("document", FakeIndex.DOCUMENT.toString())
                                .put("name", "notes/mill.md")
                                .put("start", 10)
                                .put("end", 20)
                                .put("score", 0.5)
                                .put("text", "found: wheel")
                                .put("chunk", FakeIndex.DOCUMENT + "#3"));
        assertThat(body.getString("mode")).isEqualTo("hybrid");
        assertThat(
                        new JsonObject(gateway.post("/v1/search", "{\"text\":\"wheel\"}").body())
                                .getJsonArray("hits"))
                .hasSize(10);
        assertThat(gateway.post("/v1/search", "{\"text\":\"w\",\"limit\":101}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void indexIsCounted() throws Exception {
        assertThat(gateway.post("/v1/search/count", "{}").body())
                .isEqualTo("{\"chunks\":12,\"documents\":4,\"position\":\"\"}");
        var one = "{\"documents\":[\"" + FakeIndex.DOCUMENT + "\"]}";
        assertThat(gateway.post("/v1/search/count", one).body()).contains("\"documents\":1");
        assertThat(gateway.post("/v1/search/count", "{\"documents\":[\"x\"]}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void logIsReadPageByPage() throws Exception {
        gateway.log.put(event(4), event(5));

        var first = gateway.get("/v1/events?topic=millrace.task-events&limit=1");
        var body = new JsonObject(first.body());

        assertThat(body.getBoolean("at_end")).isFalse();
        assertThat(body.getString("next_token")).isEqualTo("millrace.task-events-1@4");
        assertThat(body.getJsonArray("items").getJsonObject(0))
                .isEqualTo(
                        new JsonObject()
                                .put("id", new UUID(0x7000, 4).toString())
                                .put("type", "dev.millrace.task.submitted")
                                .put("time", "2026-11-22T12:00:00.000000Z")
                                .put(
                                        "actor",
                                        new JsonObject().put("id", "decide").put("proof", "worker"))
                                .put("tenant", "default")
                                .put("key", TASK)
                                .put("topic", "millrace.task-events")
                                .put("partition", 1)
                                .put("offset", 4)
                                .putNull("causation")
                                .put("correlation", new UUID(0x7000, 9).toString())
                                .put("payload", new JsonObject().put("kind", "ingest")));
        assertThat(gateway.header(first, "Link")).contains("after=millrace.task-events-1%404");
        var rest =
                new JsonObject(
                        gateway.get(
                                        "/v1/events?topic=millrace.task-events&after=millrace.task-events-1%404&key="
                                                + TASK)
                                .body());
        assertThat(rest.getBoolean("at_end")).isTrue();
        assertThat(rest.getString("next_token")).isNull();
        assertThat(gateway.log.last())
                .isEqualTo(
                        new LogQuery(
                                "millrace.task-events",
                                TASK,
                                "default",
                                Position.at("millrace.task-events", 1, 4),
                                50));
    }

    @Test
    void logIsAskedForProperly() throws Exception {
        assertThat(problem("/v1/events", 400)).isEqualTo("invalid_request");
        assertThat(problem("/v1/events?topic=other", 400)).isEqualTo("invalid_request");
        assertThat(problem("/v1/events?topic=millrace.x&after=here", 400))
                .isEqualTo("invalid_request");
    }

    @Test
    void healthNamesThePartThatIsNotReady() throws Exception {
        assertThat(gateway.send(gateway.request("/health")).body())
                .isEqualTo("{\"status\":\"ready\",\"parts\":[]}");
        gateway.readiness =
                new Readiness(false, List.of(new Part("views", State.STARTING, "restoring")));

        var response = gateway.send(gateway.request("/health"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(gateway.header(response, "Retry-After")).isEqualTo("1");
        assertThat(response.body()).contains("\"name\":\"views\"").contains("starting");
    }

    @Test
    void gatewaySaysWhatItIsAndWhoCalls() throws Exception {
        assertThat(gateway.get("/v1/version").body())
                .isEqualTo("{\"version\":\"0.1.0\",\"api\":\"v1\"}");
        assertThat(
                        gateway.send(
                                        gateway.request("/v1/whoami")
                                                .header(
                                                        "Authorization",
                                                        "Bearer "
                                                                + RunningGateway.token(
                                                                        Role.WORKER)))
                                .body())
                .isEqualTo(
                        "{\"name\":\"worker\",\"tenant\":\"default\",\"roles\":[\"worker\"],"
                                + "\"actor\":{\"id\":\"worker\",\"proof\":\"local\"}}");
        assertThat(gateway.send(gateway.request("/openapi.yaml")).body())
                .startsWith("openapi: 3.1.0");
    }

    private String problem(String path, int status) throws Exception {
        var response = gateway.get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(status);
        return new JsonObject(response.body()).getString("error_code");
    }

    private static LoggedEvent event(long offset) {
        return new LoggedEvent(
                new UUID(0x7000, offset),
                "dev.millrace.task.submitted",
                RunningGateway.NOON,
                new Actor("decide", Proof.WORKER),
                "default",
                TASK,
                "millrace.task-events",
                1,
                offset,
                null,
                new UUID(0x7000, 9),
                "{\"kind\":\"ingest\"}",
                null);
    }
}
