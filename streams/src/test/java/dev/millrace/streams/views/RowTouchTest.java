package dev.millrace.streams.views;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowTouch;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever follows a view reads the rows that records are said to touch, and no others: so what is
/// said must hold for every record, whether it makes sense or not.
class RowTouchTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Digest DIGEST = Digest.of("text");
    private static final Content CONTENT = new Content.Inline("{}");
    private static final Failure FAILURE = new Failure("c", "d");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final int EVENTS = 300;

    @TempDir Path state;

    @Test
    void rowThatChangesWasTouchedAndStateThatIsLeftIsNamed() throws Exception {
        var left = new HashSet<String>();
        for (long seed = 0; seed < 2; seed++) {
            try (var site =
                            new FoldedPartitions(
                                    2, state.resolve("" + seed), Stores::inMemoryKeyValueStore);
                    var views = new KafkaStreamsViews(site)) {
                var world = new World(new Random(seed), site, views, left);
                for (int n = 0; n < EVENTS; n++) {
                    world.step(n, "seed %d, event %d".formatted(seed, n));
                }
            }
        }
        assertThat(left)
                .as("states that rows left")
                .contains("queued", "running", "waiting", "accepted", "chunked", "failed");
    }

    private record World(
            Random random, FoldedPartitions site, KafkaStreamsViews views, HashSet<String> left) {

        void step(int time, String where) throws Exception {
            var before = new HashMap<String, Map<String, JsonNode>>();
            int task = random.nextInt(5);
            for (var view :
                    List.of(
                            "tasks",
                            "task-counts",
                            "task-progress",
                            "documents",
                            "workers",
                            "usage",
                            "models")) {
                before.put(view, rows(view, Map.of()));
            }
            var history = Map.of("task", id(task).toString());
            before.put("task-history", rows("task-history", history));
            var message = append(task, time);
            for (var view : before.keySet()) {
                var filters = view.equals("task-history") ? history : Map.<String, String>of();
                check(
                        where + " on " + view + ": " + message,
                        RowTouch.of(view, message),
                        requireNonNull(before.get(view)),
                        rows(view, filters));
            }
        }

        private void check(
                String where,
                @Nullable RowTouch touch,
                Map<String, JsonNode> before,
                Map<String, JsonNode> after) {
            var keys = new HashSet<>(before.keySet());
            keys.addAll(after.keySet());
            for (var key : keys) {
                var was = before.get(key);
                var is = after.get(key);
                if (was == null || !was.equals(is)) {
                    assertThat(touch).as(where).isNotNull();
                    check(where, requireNonNull(touch), key, was, is);
                }
            }
        }

        private void check(
                String where,
                RowTouch touch,
                String key,
                @Nullable JsonNode was,
                @Nullable JsonNode is) {
            assertThat(touch.key()).as(where).isIn(key, RowTouch.ALL);
            if (touch.key().equals(RowTouch.ALL) || was == null || !was.has("state")) {
                return;
            }
            assertThat(is).as(where).isNotNull();
            var before = was.path("state").asText();
            if (!before.equals(requireNonNull(is).path("state").asText())) {
                assertThat(touch.left()).as(where).contains(before);
                left.add(before);
            }
        }

        private Map<String, JsonNode> rows(String view, Map<String, String> filters)
                throws Exception {
            var query =
                    new ViewQuery(view, "acme", filters, false, false, 1_000, null, Position.START);
            var rows = new HashMap<String, JsonNode>();
            for (var item : views.list(query).toCompletableFuture().get().items()) {
                var row = tree(item);
                rows.put(key(view, filters).apply(row), row);
            }
            return rows;
        }

        private static JsonNode tree(String json) throws JsonProcessingException {
            return JSON.readTree(json);
        }

        private static Function<JsonNode, String> key(String view, Map<String, String> filters) {
            return switch (view) {
                case "task-counts" ->
                        row -> row.path("kind").asText() + ":" + row.path("state").asText();
                case "task-history" ->
                        row -> filters.get("task") + ":" + row.path("version").asLong();
                case "workers" -> row -> row.path("name").asText();
                case "usage" -> row -> row.path("actor").asText();
                case "models" -> row -> row.path("version").asText();
                default -> row -> row.path("id").asText();
            };
        }

        private Message append(int task, int time) {
            if (random.nextInt(10) < 6) {
                return append(Topics.TASK_EVENTS, id(task).toString(), event(task), time);
            }
            if (random.nextInt(6) == 0) {
                var progress = new TaskProgress(id(task), 1 + random.nextInt(2), 0.5, "n");
                return append(Topics.TASK_PROGRESS, id(task).toString(), progress, time);
            }
            var document = DocumentId.of("acme", "d" + random.nextInt(4), DIGEST);
            return switch (random.nextInt(8)) {
                case 0, 1 ->
                        append(
                                Topics.DOCUMENTS,
                                document.toString(),
                                new DocumentEvent.Accepted(
                                        document,
                                        document.ingestTask(),
                                        "n",
                                        "text/plain",
                                        DIGEST,
                                        4,
                                        CONTENT),
                                time);
                case 2, 3 ->
                        append(
                                Topics.DOCUMENTS,
                                document.toString(),
                                new DocumentEvent.Chunked(document, 1 + random.nextInt(2), "c"),
                                time);
                case 4 ->
                        append(
                                Topics.DOCUMENTS,
                                document.toString(),
                                new DocumentEvent.Rejected(document, FAILURE),
                                time);
                case 5, 6 -> {
                    var chunk = new ChunkId(document, random.nextInt(2));
                    yield append(
                            Topics.EMBEDDINGS,
                            chunk.toString(),
                            new Embedding(
                                    chunk,
                                    new Passage("a", 0, 4, "text"),
                                    Vector.of(1, 0),
                                    new Model("m", "" + random.nextInt(2), 2),
                                    "w",
                                    DIGEST),
                            time);
                }
                default ->
                        append(
                                Topics.INDEX_REPORTS,
                                document.toString(),
                                new IndexReport(document, "i", random.nextInt(3), Position.START),
                                time);
            };
        }

        private <P extends Message> Message append(
                Topic<P> topic, String key, P message, int time) {
            site.append(topic, key, Envelopes.of(time, "acme", message));
            return message;
        }

        private TaskEvent event(int task) {
            var id = id(task);
            long version = 1L + random.nextInt(30);
            return switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 ->
                        new TaskEvent.Submitted(
                                id,
                                version,
                                "ingest",
                                CONTENT,
                                DIGEST,
                                Terms.DEFAULT,
                                random.nextBoolean() ? NOON : null,
                                null,
                                List.of());
                case 5, 6 ->
                        new TaskEvent.Queued(
                                id, version, 1, "ingest", CONTENT, Terms.DEFAULT, null);
                case 7, 8 ->
                        new TaskEvent.Started(id, version, 1, "w" + random.nextInt(2), null, null);
                case 9, 10 -> new TaskEvent.AttemptFailed(id, version, 1, FAILURE, NOON);
                case 11, 12 -> new TaskEvent.LeaseExtended(id, version, 1, NOON);
                case 13 -> new TaskEvent.Watched(id, version, id(9));
                case 14 ->
                        new TaskEvent.DependencyEnded(
                                id, version, id(9), 0, Stage.SUCCEEDED, 0, NOON);
                case 15 ->
                        new TaskEvent.Refused(
                                id, version, "x", TaskEvent.Reason.ALREADY_ENDED, "late");
                case 16 -> new TaskEvent.Succeeded(id, version, 1, CONTENT);
                case 17 -> new TaskEvent.Failed(id, version, 1, FAILURE);
                case 18 -> new TaskEvent.Cancelled(id, version, 1, "");
                default -> new TaskEvent.Expired(id, version, 1, NOON);
            };
        }

        private static TaskId id(int task) {
            return new TaskId(new UUID(0x0190_0000_0000_7000L, task));
        }
    }
}
