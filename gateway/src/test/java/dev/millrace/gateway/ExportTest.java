package dev.millrace.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LogExports.ExportQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.access.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExportTest {

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
    void eventsAreWrittenALineEach() throws Exception {
        gateway.exports.put(List.of(List.of(event(1), event(2)), List.of(event(3))));

        var file = gateway.get("/v1/events/export?topic=task-events");

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(gateway.header(file, "Millrace-Position"))
                .isEqualTo(FakeExports.UNTIL.toString());
        assertThat(gateway.header(file, "Content-Disposition"))
                .isEqualTo("attachment; filename=\"millrace.task-events.ndjson\"");
        assertThat(file.body().lines())
                .extracting(line -> new JsonObject(line).getInteger("offset"))
                .containsExactly(1, 2, 3);
        assertThat(gateway.exports.awaitClosed()).isTrue();
    }

    @Test
    void allThatIsAskedForIsPassedOn() throws Exception {
        gateway.get(
                "/v1/events/export?topic=documents&key=k&actor=ann&type=task.queued,dev.millrace.x"
                        + "&after=millrace.documents-0@4&until=2026-11-22T11:00:00Z");

        assertThat(gateway.exports.last())
                .isEqualTo(
                        new ExportQuery(
                                "documents",
                                new EventFilter(
                                        "default",
                                        "k",
                                        Set.of("dev.millrace.task.queued", "dev.millrace.x"),
                                        "ann"),
                                new Moment.Place(Position.at("millrace.documents", 0, 4)),
                                Moment.parse("2026-11-22T11:00:00Z")));
    }

    @Test
    void anAvroFileLeavesOutWhatCannotBeRead() throws Exception {
        gateway.exports.put(List.of(List.of(event(1), event(2))));

        var answer =
                gateway.raw(
                        "GET /v1/events/export?topic=task-events&format=avro HTTP/1.1\r\n"
                                + "Host: 127.0.0.1:%d\r\n".formatted(gateway.port())
                                + "Authorization: Bearer %s\r\nConnection: close\r\n\r\n"
                                        .formatted(RunningGateway.token(Role.ADMIN)),
                        "Millrace-Left-Out: 2");

        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains("content-type: application/avro")
                .endsWith("millrace-left-out: 2");
        assertThat(answer).contains(new String(new byte[] {'O', 'b', 'j', 1}, ISO_8859_1));
    }

    @Test
    void whatBreaksOffIsNotTakenForTheWhole() throws Exception {
        gateway.exports.put(List.of(List.of(event(1))));
        gateway.exports.breakOff();

        assertThatThrownBy(() -> gateway.get("/v1/events/export?topic=task-events"))
                .isInstanceOf(IOException.class);
        assertThat(gateway.exports.awaitClosed()).isTrue();
    }

    @Test
    void thatThereAreTooManyIsSaidBeforeAnythingIsSent() throws Exception {
        gateway.exports.setBusy();

        var refused = gateway.get("/v1/events/export?topic=task-events");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(gateway.header(refused, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.headers().map()).doesNotContainKey("content-disposition");
        assertThat(gateway.exports.awaitClosed()).isTrue();
    }

    @Test
    void whatBringsNoEventKeepsNobodyWaitingForTheHead() throws Exception {
        gateway.exports.put(List.of(List.of(), List.of(), List.of(event(3))));

        var file = gateway.get("/v1/events/export?topic=task-events");

        assertThat(file.body().lines()).hasSize(1);
    }

    @Test
    void noMoreIsReadThanTheClientTakes() throws Exception {
        var batch = Collections.nCopies(1_000, event(1));
        gateway.exports.put(Collections.nCopies(2_000, batch));

        try (var client = gateway.ask("/v1/events/export?topic=task-events")) {
            assertThat(client.getInputStream().read()).isPositive();
            for (int i = 0; i < 50; i++) {
                assertThat(gateway.get("/v1/whoami").statusCode()).isEqualTo(200);
            }
            assertThat(gateway.exports.read).as("of 2,000").hasValueLessThan(200);
        }
        assertThat(gateway.exports.awaitClosed()).isTrue();
    }

    @Test
    void whatIsWrongOrGoneIsSaid() throws Exception {
        assertThat(gateway.get("/v1/events/export").statusCode()).isEqualTo(400);
        assertThat(gateway.get("/v1/events/export?topic=t&format=csv").statusCode()).isEqualTo(400);
        assertThat(gateway.get("/v1/events/export?topic=t&after=x@").statusCode()).isEqualTo(400);
        var gone = gateway.get("/v1/events/export?topic=gone");
        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(new JsonObject(gone.body()).getString("earliest"))
                .isEqualTo(FakeExports.UNTIL.toString());
    }

    private static LoggedEvent event(long offset) {
        return new LoggedEvent(
                new UUID(0x7000, offset),
                "dev.millrace.task.submitted",
                RunningGateway.NOON,
                new Actor("decide", Proof.WORKER),
                "default",
                "k",
                "millrace.task-events",
                1,
                offset,
                null,
                new UUID(0x7000, 9),
                "{\"kind\":\"ingest\"}",
                null);
    }
}
