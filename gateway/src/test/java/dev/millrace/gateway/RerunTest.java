package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RerunTest {

    private static final String TOPIC = "millrace.task-events";
    private static final TaskId OLD = new TaskId(new UUID(0x8000, 7));
    private static final TaskId PARENT = new TaskId(new UUID(0x8000, 8));
    private static final Content INPUT = new Content.Stored(Digest.of("large"), 100_000);
    private static final Labels LABELS = Labels.of(Sensitivity.RESTRICTED, List.of("region=eu"));
    private static final Retries RETRIES =
            new Retries(7, Duration.ofMillis(5), Duration.ofMinutes(1), Set.of("not_text"));

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        gateway.views.put("task-history", history("refused", 40), history("submitted", 41));
        gateway.log.put(logged(envelope(List.of())));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void workIsSubmittedAgainAsItWas() throws Exception {
        var response = rerun("{}");

        assertThat(response.statusCode()).isEqualTo(202);
        var submit = gateway.submissions.lastSubmit();
        assertThat(submit.kind()).isEqualTo("resize");
        assertThat(submit.input()).isEqualTo(INPUT);
        assertThat(submit.terms())
                .isEqualTo(
                        new Terms(
                                Priority.HIGH,
                                null,
                                null,
                                RETRIES,
                                PARENT,
                                DependencyPolicy.FAIL,
                                OLD,
                                null));
        assertThat(submit.task()).isNotEqualTo(OLD);
        assertThat(submit.task().value().version()).isEqualTo(7);
        assertThat(gateway.submissions.last().labels()).isEqualTo(LABELS);
        assertThat(gateway.submissions.last().subject()).isEqualTo("patient-7");
        assertThat(gateway.submissions.last().actor().id()).isEqualTo("admin");
        assertThat(gateway.header(response, "Location")).isEqualTo("/v1/tasks/" + submit.task());
        var query = gateway.log.last();
        assertThat(query).isNotNull();
        assertThat(java.util.Objects.requireNonNull(query).after())
                .isEqualTo(Position.at(TOPIC, 1, 40));
        assertThat(query.key()).isEqualTo(OLD.toString());
    }

    @Test
    void itIsHandedWhatTheSameTasksGaveHoweverTheyEnded() throws Exception {
        var after = List.of(PARENT, new TaskId(new UUID(0x8000, 9)));
        gateway.log.put(logged(envelope(after)));

        assertThat(rerun("{}").statusCode()).isEqualTo(202);

        var submit = gateway.submissions.lastSubmit();
        assertThat(submit.after()).isEqualTo(after);
        assertThat(submit.terms().onFailedDependency()).isEqualTo(DependencyPolicy.RUN);
        assertThat(submit.terms().rerunOf()).isEqualTo(OLD);
    }

    @Test
    void momentsAreThoseOfTheRequest() throws Exception {
        rerun("{\"not_before\":\"2026-11-24T06:00:00Z\",\"deadline\":\"2026-11-24T08:00:00Z\"}");

        var terms = gateway.submissions.lastSubmit().terms();
        assertThat(terms.notBefore()).isEqualTo("2026-11-24T06:00:00Z");
        assertThat(terms.deadline()).isEqualTo("2026-11-24T08:00:00Z");
    }

    @Test
    void keyMakesItHappenOnce() throws Exception {
        var first = rerun("{}", "Idempotency-Key", "again");
        var again = rerun("{}", "Idempotency-Key", "again");
        var other = rerun("{\"deadline\":\"2027-01-01T00:00:00Z\"}", "Idempotency-Key", "again");

        assertThat(new JsonObject(first.body()).getString("id"))
                .isEqualTo(DerivedId.of("task", "default", "again").toString());
        assertThat(gateway.header(again, "Idempotency-Replayed")).isEqualTo("true");
        assertThat(other.statusCode()).isEqualTo(422);
    }

    @Test
    void whoMayNotSubmitTheKindMayNotRunItAgain() throws Exception {
        gateway.kinds.hear(version(2, null, Set.of("operator")));

        var response =
                gateway.send(
                        gateway.request("/v1/tasks/" + OLD + "/rerun")
                                .header(
                                        "Authorization",
                                        "Bearer " + RunningGateway.token(Role.PUBLISHER))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("resize", "operator");
        assertThat(gateway.submissions.count()).isZero();
        assertThat(rerun("{}").statusCode()).as("admin").isEqualTo(202);
    }

    @Test
    void kindThatIsNoLongerOfferedIsNotRunAgain() throws Exception {
        gateway.kinds.hear(new TaskKindEvent.Retired("resize", "too slow"));

        var response = rerun("{}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("no longer offered");
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void inputThatNoLongerFitsIsRefused() throws Exception {
        var large = "{\"width\":7,\"note\":\"%s\"}".formatted("x".repeat(100_000));
        gateway.log.put(logged(envelope(gateway.blob(large), List.of())));
        gateway.kinds.hear(version(2, "{\"type\":\"object\",\"required\":[\"height\"]}", Set.of()));

        var unfit = rerun("{}");
        gateway.kinds.hear(version(3, "{\"type\":\"object\",\"required\":[\"width\"]}", Set.of()));
        var fit = rerun("{}");

        assertThat(unfit.statusCode()).isEqualTo(422);
        assertThat(unfit.body()).contains("invalid_input", "height");
        assertThat(fit.statusCode()).isEqualTo(202);
    }

    @Test
    void inputThatIsLostIsRefusedWhereItMatters() throws Exception {
        gateway.kinds.hear(version(2, "{\"type\":\"object\"}", Set.of()));

        var response = rerun("{}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("is lost", "submit it as a new task");
    }

    @Test
    void taskThatIsNotKnownIsNotFound() throws Exception {
        gateway.views.put("task-history");
        assertThat(rerun("{}").statusCode()).isEqualTo(404);

        gateway.views.put("task-history", history("refused", 41));
        assertThat(rerun("{}").statusCode()).isEqualTo(404);

        gateway.views.put("task-history", history("submitted", 41));
        gateway.log.put();
        var gone = rerun("{}");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.body()).contains("no longer kept");
        assertThat(gateway.submissions.count()).isZero();
    }

    @Test
    void workThatCannotBeReadIsRefused() throws Exception {
        gateway.log.put(logged(null));

        var response = rerun("{}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("cannot be read here");
    }

    @Test
    void nothingIsRunAgainWhileTheDiskIsFull() throws Exception {
        gateway.full = "the site's disk has 1 MiB left: remove files";

        assertThat(rerun("{}").statusCode()).isEqualTo(507);
    }

    private HttpResponse<String> rerun(String body, String... headers) throws Exception {
        return gateway.post("/v1/tasks/" + OLD + "/rerun", body, headers);
    }

    private static String history(String event, long offset) {
        return new JsonObject()
                .put("type", "dev.millrace.task." + event)
                .put("topic", TOPIC)
                .put("partition", 1)
                .put("offset", offset)
                .encode();
    }

    private static TaskKindEvent version(
            int number, @Nullable String inputSchema, Set<String> submitters) {
        return new TaskKindEvent.Registered(
                new TaskKind(
                        "resize",
                        number,
                        "",
                        inputSchema,
                        null,
                        Retries.DEFAULT,
                        TaskKind.DEFAULT_LEASE,
                        null,
                        submitters,
                        Set.of()));
    }

    private static Envelope<TaskEvent> envelope(List<TaskId> after) {
        return envelope(INPUT, after);
    }

    private static Envelope<TaskEvent> envelope(Content input, List<TaskId> after) {
        var terms =
                new Terms(
                        Priority.HIGH,
                        Instant.parse("2026-11-22T10:00:00Z"),
                        Instant.parse("2026-11-22T11:00:00Z"),
                        RETRIES,
                        PARENT,
                        DependencyPolicy.FAIL,
                        new TaskId(new UUID(0x8000, 9)),
                        null);
        var event =
                new TaskEvent.Submitted(
                        OLD, 2, "resize", input, Digest.of("digest"), terms, null, null, after);
        return new Envelope<>(
                new UUID(0x8000, 1),
                event.type(),
                RunningGateway.NOON,
                Envelope.DEFAULT_TENANT,
                "patient-7",
                LABELS,
                new Actor("decide", Proof.WORKER),
                RunningGateway.SITE,
                null,
                new UUID(0x8000, 1),
                null,
                new Payload.Clear<>(event));
    }

    private static LoggedEvent logged(@Nullable Envelope<TaskEvent> envelope) {
        return new LoggedEvent(
                new UUID(0x8000, 1),
                "dev.millrace.task.submitted",
                RunningGateway.NOON,
                new Actor("decide", Proof.WORKER),
                Envelope.DEFAULT_TENANT,
                OLD.toString(),
                TOPIC,
                1,
                41,
                null,
                new UUID(0x8000, 1),
                "{}",
                envelope);
    }
}
