package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.log.DeadLetterLog.DeadLetter;
import dev.millrace.domain.log.DeadLetterLog.LetterQuery;
import dev.millrace.domain.log.DeadLetterLog.Order;
import dev.millrace.domain.log.DeadLetterLog.Redrive;
import dev.millrace.domain.view.Position;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

    private static final String LETTERS = "millrace.dead-letters";
    private static final DeadLetter LETTER =
            new DeadLetter(
                    2,
                    1L << 40,
                    "millrace.task-requests-0@5",
                    "millrace-admission",
                    "unknown_kind",
                    "kind: ecko",
                    RunningGateway.NOON,
                    61,
                    false,
                    null);

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
    void lettersAreShownByWhatTheySay() throws Exception {
        gateway.letters.put(null, LETTER);

        var response = gateway.get("/v1/dead-letters");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(gateway.letters.lastQuery())
                .isEqualTo(new LetterQuery(Order.NEWEST, Position.START, 50));
        var page = new JsonObject(response.body());
        assertThat(page.getValue("next_token")).isNull();
        assertThat(page.getJsonArray("items").getJsonObject(0))
                .isEqualTo(
                        new JsonObject()
                                .put("partition", 2)
                                .put("offset", 1L << 40)
                                .put("time", "2026-11-22T12:00:00Z")
                                .put("origin", "millrace.task-requests-0@5")
                                .put("consumer", "millrace-admission")
                                .put("code", "unknown_kind")
                                .put("detail", "kind: ecko")
                                .put("bytes", 61)
                                .put("cut", false)
                                .put("redriven_from", null));
    }

    @Test
    void aTokenLeadsToTheNextPageInTheSameOrder() throws Exception {
        var next = Position.at(LETTERS, 2, 7);
        gateway.letters.put(next, LETTER);

        var first = gateway.get("/v1/dead-letters?order=oldest&limit=1");
        var token = new JsonObject(first.body()).getString("next_token");
        var link = String.valueOf(gateway.header(first, "Link"));
        var address = link.substring(1, link.indexOf('>'));
        var second = gateway.get(address);

        assertThat(token).isEqualTo(next.toString());
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(gateway.letters.lastQuery()).isEqualTo(new LetterQuery(Order.OLDEST, next, 1));
    }

    @Test
    void whatIsNotInTheContractIsRefused() throws Exception {
        requireProblem(gateway.get("/v1/dead-letters?limit=201"), 400, "invalid_request");
        requireProblem(gateway.get("/v1/dead-letters?order=best"), 400, "invalid_request");
        requireProblem(gateway.get("/v1/dead-letters?token=nowhere"), 400, "invalid_request");
        requireProblem(redrive("x", "1"), 400, "invalid_request");
        requireProblem(redrive("5000000000", "1"), 400, "invalid_request");
        requireProblem(redrive("0", "-1"), 400, "invalid_request");
        assertThat(gateway.letters.lastRedriven()).isNull();
    }

    @Test
    void aRedriveSaysWhereTheRecordStandsNow() throws Exception {
        gateway.letters.answer(new Redrive.Done(Position.at("millrace.task-requests", 0, 9)));

        var response = redrive("2", "1099511627776");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(response.body()).isEqualTo("{\"position\":\"millrace.task-requests-0@9\"}");
        assertThat(gateway.letters.lastRedriven()).isEqualTo("2@1099511627776");
    }

    @Test
    void whatCannotGoBackIsAConflictAndWhatIsNotThereIsNotFound() throws Exception {
        gateway.letters.answer(new Redrive.Refused("decide alone writes it"));
        var refused = redrive("0", "12");
        requireProblem(refused, 409, "not_redrivable");
        assertThat(refused.body()).contains("decide alone writes it");

        gateway.letters.answer(new Redrive.NoLetter());
        requireProblem(redrive("0", "12"), 404, "not_found");
    }

    @Test
    void nothingIsRedrivenWhileNothingMayBeWritten() throws Exception {
        gateway.full = "the disk is nearly full";

        requireProblem(redrive("0", "12"), 507, "storage_full");
        assertThat(gateway.letters.lastRedriven()).isNull();
    }

    private HttpResponse<String> redrive(String partition, String offset) throws Exception {
        return gateway.send(
                gateway.asAdmin("/v1/dead-letters/" + partition + "/" + offset + "/redrive")
                        .POST(BodyPublishers.noBody()));
    }

    private static void requireProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(new JsonObject(response.body()).getString("error_code")).isEqualTo(code);
    }
}
