package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.TaskState.Stage;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:10:00Z");
    private static final String HEAD =
            "Task t1 of the kind resize was submitted at 2026-11-22T12:00:00Z (10 min ago). ";
    private static final String SUBMITTED =
            event("submitted", "12:00:00", "\"kind\":\"resize\",\"max_attempts\":3");
    private static final String STARTED =
            event("started", "12:01:00", "\"attempt\":1,\"worker\":\"w-7\"");
    private static final String LEASED =
            event("started", "12:09:30", "\"attempt\":%d,\"worker\":\"w-7\",\"lease_ends\":\"%s\"");
    private static final String BROKE =
            event(
                    "attempt_failed",
                    "12:09:00",
                    "\"attempt\":1,\"error\":{\"code\":\"busy\",\"detail\":\"come again.\"},"
                            + "\"retry_at\":\"2026-11-22T12:10:30.000000Z\"");
    private static final String ERROR =
            ",\"error\":{\"code\":\"not_text\",\"detail\":\"byte 2 is not UTF-8\"}";

    @Test
    void taskThatWaitsForItsMoment() {
        assertThat(why("waiting", 1, ",\"due\":\"2026-11-23T12:00:00.000000Z\"", SUBMITTED))
                .isEqualTo(
                        HEAD
                                + "It waits for its moment: attempt 1 of 3 may begin at"
                                + " 2026-11-23T12:00:00Z (in 23 h), and is then queued for a"
                                + " worker.");
    }

    @Test
    void taskThatWaitsAfterAFailure() {
        assertThat(
                        why(
                                "waiting",
                                2,
                                ",\"due\":\"2026-11-22T12:10:30.000000Z\"",
                                SUBMITTED,
                                STARTED,
                                BROKE))
                .isEqualTo(
                        HEAD
                                + "Attempt 1 failed at 2026-11-22T12:09:00Z (60 s ago): busy (come"
                                + " again). Attempt 2 of 3 may begin at 2026-11-22T12:10:30Z (in"
                                + " 30 s), and is then queued for a worker.");
    }

    @Test
    void taskWhoseMomentHasCome() {
        assertThat(why("waiting", 1, ",\"due\":\"2026-11-22T12:09:55.000000Z\"", SUBMITTED))
                .endsWith(
                        "attempt 1 of 3 may begin at 2026-11-22T12:09:55Z (5 s ago); that moment has"
                                + " come, so it is queued for a worker as soon as the site looks.");
    }

    @Test
    void taskThatIsQueued() {
        assertThat(why("queued", 2, "", SUBMITTED, STARTED, BROKE))
                .isEqualTo(
                        HEAD
                                + "Attempt 1 failed at 2026-11-22T12:09:00Z (60 s ago): busy (come"
                                + " again). It has been queued since 2026-11-22T12:05:00Z (5 min"
                                + " ago): attempt 2 of 3 waits for a worker that does resize. If"
                                + " that lasts, see that such a worker runs.");
    }

    @Test
    void taskThatIsWorkedOnUnderALease() {
        assertThat(
                        why(
                                "running",
                                1,
                                "",
                                SUBMITTED,
                                LEASED.formatted(1, "2026-11-22T12:09:59.000000Z"),
                                event(
                                        "lease_extended",
                                        "12:09:50",
                                        "\"attempt\":1,\"lease_ends\":"
                                                + "\"2026-11-22T12:10:20.000000Z\"")))
                .isEqualTo(
                        HEAD
                                + "Attempt 1 of 3 has been with the worker w-7 since"
                                + " 2026-11-22T12:09:30Z (30 s ago). Its lease ends at"
                                + " 2026-11-22T12:10:20Z (in 20 s); if the worker has not spoken by"
                                + " then, the attempt has failed, and another follows, unless such"
                                + " a failure is final.");
    }

    @Test
    void taskThatIsInItsLastAttempt() {
        assertThat(
                        why(
                                "running",
                                3,
                                "",
                                SUBMITTED,
                                LEASED.formatted(3, "2026-11-22T12:10:20.000000Z")))
                .endsWith(
                        "the attempt has failed, and with it the task, since no attempt is left.");
    }

    @Test
    void taskThatIsWorkedOnWithoutALease() {
        assertThat(why("running", 1, "", SUBMITTED, STARTED))
                .endsWith(
                        "since 2026-11-22T12:01:00Z (9 min ago). It has no lease: the task waits for"
                                + " that worker as long as it takes.");
    }

    @Test
    void taskThatSucceeded() {
        assertThat(why("succeeded", 2, ",\"output\":{}", SUBMITTED))
                .isEqualTo(
                        HEAD
                                + "It succeeded at 2026-11-22T12:05:00Z (5 min ago), 5 min after it"
                                + " was submitted, in attempt 2 of 3. Nothing more happens to it;"
                                + " `millrace task describe t1` shows its output.");
    }

    @Test
    void taskThatFailedSaysWhyThereIsNoOtherAttempt() {
        assertThat(why("failed", 3, ERROR, SUBMITTED))
                .isEqualTo(
                        HEAD
                                + "It failed for good at 2026-11-22T12:05:00Z (5 min ago) in attempt"
                                + " 3 of 3: not_text (byte 2 is not UTF-8). No attempt is left."
                                + " Nothing more happens to it; `millrace task rerun t1` does its"
                                + " work again.");
        assertThat(why("failed", 1, ERROR, SUBMITTED))
                .contains("No other attempt followed, since none can mend such a failure.");
    }

    @Test
    void taskThatWasCancelled() {
        assertThat(
                        why(
                                "cancelled",
                                1,
                                "",
                                SUBMITTED,
                                event(
                                        "cancelled",
                                        "12:05:00",
                                        "\"attempt\":1,\"why\":\"not needed\"")))
                .isEqualTo(
                        HEAD
                                + "It was cancelled at 2026-11-22T12:05:00Z (5 min ago) (not needed);"
                                + " it waited for attempt 1 of 3 or was in it. Nothing more happens"
                                + " to it; `millrace task rerun t1` does its work again.");
    }

    @Test
    void taskThatExpired() {
        assertThat(why("expired", 1, ",\"deadline\":\"2026-11-22T12:04:59.000000Z\"", SUBMITTED))
                .isEqualTo(
                        HEAD
                                + "It expired at 2026-11-22T12:05:00Z (5 min ago): its deadline,"
                                + " 2026-11-22T12:04:59Z, came before attempt 1 of 3 had succeeded."
                                + " Nothing more happens to it; `millrace task rerun t1` does its"
                                + " work again.");
    }

    @Test
    void deadlineIsToldWhileTheTaskIsOpen() {
        var deadline = ",\"deadline\":\"2026-11-30T12:10:00.000000Z\"";

        assertThat(why("queued", 1, deadline, SUBMITTED))
                .endsWith("If it has not ended by 2026-11-30T12:10:00Z (in 8 days), it expires.");
        assertThat(why("failed", 1, deadline + ERROR, SUBMITTED)).doesNotContain("expires");
    }

    @Test
    void workThatIsDoneAgainIsCalledSo() {
        assertThat(why("queued", 1, ",\"rerun_of\":\"t0\"", SUBMITTED))
                .contains("It does the work of task t0 again.");
    }

    @Test
    void refusalIsToldIfItWasTheLastThingToHappen() {
        var refused =
                event(
                        "refused",
                        "12:09:00",
                        "\"refused\":\"dev.millrace.task.cancel\",\"reason\":\"already_ended\","
                                + "\"detail\":\"the task has ended\"");

        assertThat(why("failed", 3, ERROR, SUBMITTED, refused))
                .endsWith(
                        "The last that was asked of it, dev.millrace.task.cancel at"
                                + " 2026-11-22T12:09:00Z (60 s ago), was refused: the task has"
                                + " ended.");
        assertThat(why("running", 1, "", SUBMITTED, refused, STARTED)).doesNotContain("refused");
    }

    @Test
    void everyStateIsExplainedThoughTheHistoryIsNotThereYet() {
        var states =
                Arrays.stream(Stage.values())
                        .filter(stage -> stage != Stage.ABSENT)
                        .map(Stage::wireName)
                        .toList();
        assertThat(states).hasSize(7);
        for (var state : states) {
            assertThat(why(state, 1, ""))
                    .as(state)
                    .startsWith(HEAD)
                    .hasSizeGreaterThan(HEAD.length() + 30)
                    .doesNotContain("null", "  ", "\n");
        }
        assertThat(why("paused", 1, ""))
                .isEqualTo(
                        HEAD + "It is in the state paused, of which this version knows nothing.");
    }

    @Test
    void aTaskThatWaitsForOthersNamesThem() {
        var submitted = event("submitted", "12:00:00", "\"after\":[\"t7\",\"t8\"]");
        var ended = event("dependency_ended", "12:04:00", "\"dependency\":\"t7\",\"left\":1");

        assertThat(why("waiting", 1, ",\"waits_for\":1", submitted, ended))
                .contains("It waits for another task to end: t8.")
                .contains("Then attempt 1 of 3 is queued for a worker.");
    }

    private static String why(String state, int attempt, String more, String... history) {
        var row =
                """
                {"id":"t1","kind":"resize","state":"%s","attempt":%d,"max_attempts":3,
                 "created":"2026-11-22T12:00:00.000000Z","updated":"2026-11-22T12:05:00.000000Z"%s}
                """
                        .formatted(state, attempt, more);
        return Explanation.of(
                json(row), Arrays.stream(history).map(ExplanationTest::json).toList(), NOW);
    }

    private static String event(String type, String time, String detail) {
        return "{\"type\":\"dev.millrace.task.%s\",\"time\":\"2026-11-22T%s.000000Z\","
                        .formatted(type, time)
                + "\"detail\":{"
                + detail
                + "}}";
    }

    private static JsonNode json(String text) {
        try {
            return ApiClient.JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(text, notJson);
        }
    }
}
