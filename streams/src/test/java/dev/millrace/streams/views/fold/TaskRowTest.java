package dev.millrace.streams.views.fold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.Retries;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.streams.fixtures.Envelopes;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskRowTest {

    private static final RecordMetadata ORIGIN =
            new ProcessorRecordContext(0, 7, 0, "millrace.task-events", new RecordHeaders());

    private static final TaskId TASK = new TaskId(new UUID(0x0190_0000_0000_7000L, 1));
    private static final Content OUTPUT = new Content.Inline("{\"chunks\":3}");
    private static final TaskEvent SUBMITTED =
            new TaskEvent.Submitted(
                    TASK,
                    1,
                    "ingest",
                    OUTPUT,
                    Digest.of("{}"),
                    Terms.DEFAULT,
                    null,
                    null,
                    List.of());
    private static final TaskEvent STARTED =
            new TaskEvent.Started(TASK, 2, 1, "documents", null, null);
    private static final TaskEvent SUCCEEDED = new TaskEvent.Succeeded(TASK, 3, 1, OUTPUT);
    private static final TaskEvent FAILED =
            new TaskEvent.Failed(TASK, 3, 1, new Failure("not_text", "no text in it"));

    @Test
    void rowOfASuccessHasTheDocumentedShape() {
        assertThat(text(SUBMITTED, STARTED, SUCCEEDED))
                .isEqualTo(
                        row(
                                """
                                "state":"succeeded","attempt":1,"max_attempts":3,"version":3,\
                                "created":"2026-11-22T12:00:00.000000Z",\
                                "updated":"2026-11-22T12:00:02.000000Z\"\
                                """,
                                "\"due\":null,\"waits_for\":0,\"worker\":null,\"started\":null,\"deadline\":null,\"parent\":null,\"rerun_of\":null,\"error\":null,\"output\":{\"chunks\":3}"));
    }

    @Test
    void rowOfAFailureSaysWhy() {
        assertThat(text(SUBMITTED, STARTED, FAILED))
                .isEqualTo(
                        row(
                                """
                                "state":"failed","attempt":1,"max_attempts":3,"version":3,\
                                "created":"2026-11-22T12:00:00.000000Z",\
                                "updated":"2026-11-22T12:00:02.000000Z\"\
                                """,
                                """
                                "due":null,"waits_for":0,"worker":null,"started":null,"deadline":null,"parent":null,"rerun_of":null,\
                                "error":{"code":"not_text","detail":"no text in it"},\
                                "output":null\
                                """));
    }

    @Test
    void refusalMovesTheVersionAndNothingElse() {
        assertThat(text(SUBMITTED, refused(2)))
                .isEqualTo(
                        row(
                                """
                                "state":"queued","attempt":1,"max_attempts":3,"version":2,\
                                "created":"2026-11-22T12:00:00.000000Z",\
                                "updated":"2026-11-22T12:00:00.000000Z\"\
                                """,
                                "\"due\":null,\"waits_for\":0,\"worker\":null,\"started\":null,\"deadline\":null,\"parent\":null,\"rerun_of\":null,\"error\":null,\"output\":null"));
    }

    @Test
    void rowOfATaskThatWaitsSaysUntilWhenAndWhatFailedLast() {
        var retryAt = Instant.parse("2026-11-22T12:05:00Z");
        var failure = new Failure("busy", "come again");
        var row =
                requireNonNull(
                        fold(SUBMITTED, new TaskEvent.AttemptFailed(TASK, 2, 1, failure, retryAt)));

        assertThat(row.state()).isEqualTo("waiting");
        assertThat(row.attempt()).isEqualTo(2);
        assertThat(row.due()).isEqualTo(retryAt);
        assertThat(row.error()).isEqualTo(failure);

        var queued =
                requireNonNull(
                        fold(
                                SUBMITTED,
                                new TaskEvent.AttemptFailed(TASK, 2, 1, failure, retryAt),
                                new TaskEvent.Queued(
                                        TASK, 3, 2, "ingest", OUTPUT, Terms.DEFAULT, null)));
        assertThat(queued.state()).isEqualTo("queued");
        assertThat(queued.due()).isNull();
    }

    @Test
    void whileATaskRunsItsRowSaysWhoHasItAndSinceWhen() {
        var again = new TaskEvent.Started(TASK, 3, 1, "documents", null, null);
        var running = requireNonNull(fold(SUBMITTED, STARTED, again));

        assertThat(running.worker()).isEqualTo("documents");
        assertThat(running.started()).as("who says so twice began once").isEqualTo(at(1));

        var another = new TaskEvent.Started(TASK, 3, 1, "another", null, null);
        var taken = requireNonNull(fold(SUBMITTED, STARTED, another));
        assertThat(taken.worker()).isEqualTo("another");
        assertThat(taken.started()).isEqualTo(at(2));

        var ended = requireNonNull(fold(SUBMITTED, STARTED, SUCCEEDED));
        assertThat(ended.worker()).isNull();
        assertThat(ended.started()).isNull();
    }

    private static Instant at(long seconds) {
        return Envelopes.NOON.plusSeconds(seconds);
    }

    @Test
    void taskThatWasCancelledOrExpiredHasEnded() {
        for (var end :
                List.of(
                        new TaskEvent.Cancelled(TASK, 2, 1, "not wanted"),
                        new TaskEvent.Expired(TASK, 2, 1, Instant.parse("2026-11-22T12:05:00Z")))) {
            var row = requireNonNull(fold(SUBMITTED, end, SUCCEEDED));

            assertThat(end.type()).endsWith(row.state());
            assertThat(row.isEnded()).isTrue();
        }
    }

    @Test
    void taskKnownOnlyByRefusalsHasNoRow() {
        assertThat(fold(refused(1), STARTED, refused(2))).isNull();
    }

    @Test
    void endedTaskIsNeverReopened() {
        for (var late : List.of(SUBMITTED, STARTED, FAILED, refused(9))) {
            var row = fold(SUBMITTED, SUCCEEDED, late);

            assertThat(row == null ? "none" : row.state()).as("%s", late).isEqualTo("succeeded");
        }
    }

    @Test
    void outputThatIsNoJsonOrABlobIsStillShown() {
        var text = new TaskEvent.Succeeded(TASK, 2, 1, new Content.Inline("not {json"));
        var blob = new TaskEvent.Succeeded(TASK, 2, 1, new Content.Stored(Digest.of("x"), 70_000));

        assertThat(text(SUBMITTED, text)).endsWith("\"output\":\"not {json\"}");
        assertThat(text(SUBMITTED, blob))
                .endsWith(
                        "\"output\":{\"blob\":{\"digest\":\"%s\",\"size\":70000}}}"
                                .formatted(Digest.of("x")));
    }

    @Test
    void outputThatNestsTooDeepIsShownAsText() {
        for (int depth : new int[] {499, 500, 501, 998, 1_000, 30_000}) {
            var deep = "[".repeat(depth) + "]".repeat(depth);
            var event = new TaskEvent.Succeeded(TASK, 2, 1, new Content.Inline(deep));
            boolean whole = depth <= Json.MAX_CONTENT_NESTING;
            var shown = whole ? deep : "\"" + deep + "\"";

            var row = text(SUBMITTED, event);

            assertThat(row).as("%d levels", depth).endsWith(",\"output\":" + shown + "}");
            try (var serde = Json.serde(TaskRow.class)) {
                var again = serde.deserializer().deserialize("t", row.getBytes(UTF_8));
                assertThat(Json.text(again)).as("%d levels", depth).isEqualTo(row);
            }
        }
    }

    @Test
    void historyOfAnOutputThatNestsTooDeepIsReadBack() {
        for (int depth : new int[] {500, 1_000, 10_000}) {
            var deep = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
            var event = new TaskEvent.Succeeded(TASK, 2, 1, new Content.Inline(deep));
            var item = HistoryItem.of(Envelopes.of(1, event), event, ORIGIN);

            try (var serde = Json.serde(HistoryItem.class)) {
                var bytes = serde.serializer().serialize("t", item);

                assertThat(serde.deserializer().deserialize("t", bytes))
                        .as("%d levels", depth)
                        .isEqualTo(item);
            }
        }
    }

    @Test
    void storedRowIsReadBack() {
        try (var serde = Json.serde(TaskRow.class)) {
            for (var row :
                    List.of(text(SUBMITTED), text(SUBMITTED, SUCCEEDED), text(SUBMITTED, FAILED))) {
                var bytes = row.getBytes(UTF_8);

                assertThat(Json.text(serde.deserializer().deserialize("t", bytes))).isEqualTo(row);
            }
        }
    }

    @Test
    void rowAndHistorySayWhatATaskIsAPartOfAndWhoseWorkItDoesAgain() {
        var parent = new TaskId(new UUID(0x8000, 1));
        var other = new TaskId(new UUID(0x8000, 2));
        var terms =
                new Terms(
                        Priority.NORMAL,
                        null,
                        null,
                        Retries.DEFAULT,
                        parent,
                        DependencyPolicy.FAIL,
                        other,
                        null);
        var event =
                new TaskEvent.Submitted(
                        TASK, 1, "ingest", OUTPUT, Digest.of("{}"), terms, null, null, List.of());

        var row = requireNonNull(fold(event, STARTED));

        assertThat(row.parent()).isEqualTo(parent.toString());
        assertThat(row.rerunOf()).isEqualTo(other.toString());
        assertThat(row.entry().filters())
                .containsEntry("parent", parent.toString())
                .containsEntry("rerun_of", other.toString());
        assertThat(Json.text(HistoryItem.of(Envelopes.of(1, event), event, ORIGIN)))
                .contains(
                        "\"parent\":\"%s\",\"rerun_of\":\"%s\",\"max_attempts\":3"
                                .formatted(parent, other));
        assertThat(requireNonNull(fold(SUBMITTED)).entry().filters())
                .containsOnlyKeys("state", "kind");
    }

    private static TaskEvent refused(long version) {
        return new TaskEvent.Refused(
                TASK, version, "dev.millrace.task.submit", Reason.DUPLICATE, "it stands");
    }

    private static String row(String progress, String end) {
        return "{\"id\":\"%s\",\"kind\":\"ingest\",%s,\"tenant\":\"acme\","
                        .formatted(TASK, progress)
                + "\"actor\":{\"id\":\"ann\",\"proof\":\"oidc\"},"
                + end
                + "}";
    }

    private static String text(TaskEvent... events) {
        var row = fold(events);
        assertThat(row).isNotNull();
        return row == null ? "" : Json.text(row);
    }

    private static @Nullable TaskRow fold(TaskEvent... events) {
        @Nullable TaskRow row = null;
        for (int i = 0; i < events.length; i++) {
            var item = HistoryItem.of(Envelopes.of(i, events[i]), events[i], ORIGIN);
            row = TaskRow.after(row, "acme", TASK.toString(), item);
        }
        return row;
    }
}
