package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.gateway.access.Role;
import dev.millrace.schemas.topic.Topics;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Views and events as they come, over WebSocket and over Server-Sent Events.
@Timeout(60)
class LiveViewsTest {

    private static final String TASK_EVENTS = "millrace.task-events";
    private static final String TASK = "8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718";
    private static final int BEFORE = 8; // as far as the fake views say that they have read

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
        for (int n = 0; n < BEFORE; n++) {
            gateway.live.add(TASK_EVENTS, 0, "default", "x", "dev.millrace.x", "{}");
        }
        gateway.views.put("tasks", row("queued"), "{\"id\":\"b\",\"state\":\"failed\",\"due\":1}");
    }

    @AfterEach
    void stop() {
        gateway.close();
        client.shutdownNow();
    }

    @Test
    void rowsAreToldAndThenThoseThatChange() throws Exception {
        String id;
        try (var socket = new Socket("/v1/views/tasks?fields=id,state")) {
            assertThat(socket.next().getInteger("retry")).isPositive();
            assertThat(socket.event("reset")).isEqualTo(new JsonObject().put("view", "tasks"));
            assertThat(socket.event("row")).isEqualTo(told(TASK, "queued"));
            assertThat(socket.event("row")).isEqualTo(told("b", "failed"));
            var complete = socket.event("complete");
            assertThat(complete.getString("position")).isEqualTo(FakeViews.POSITION.toString());

            gateway.views.put("tasks", row("running"));
            started();
            assertThat(socket.event("row")).isEqualTo(told(TASK, "running"));
            id = socket.lastId;
        }
        gateway.views.put("tasks", row("succeeded"));
        started();
        try (var resumed = new Socket("/v1/views/tasks?fields=id,state&last_event_id=" + id)) {
            assertThat(resumed.next().getString("id")).isEqualTo(id);
            assertThat(resumed.event("row")).isEqualTo(told(TASK, "succeeded"));
        }
    }

    @Test
    void rowThatLeavesTheFilterIsRemoved() throws Exception {
        gateway.views.put("tasks", row("queued"));
        try (var socket = new Socket("/v1/tasks?state=queued")) {
            var _ = socket.next();
            socket.event("reset");
            socket.event("row");
            socket.event("complete");

            gateway.views.put("tasks", row("running"));
            started();

            assertThat(socket.event("removed")).isEqualTo(new JsonObject().put("key", TASK));
        }
    }

    @Test
    void oneRowIsFollowedThoughItIsNotThereYet() throws Exception {
        gateway.views.put("tasks");
        try (var socket = new Socket("/v1/tasks/" + TASK)) {
            var _ = socket.next();
            socket.event("reset");
            socket.event("complete");

            gateway.views.put("tasks", row("running"));
            started();

            assertThat(socket.event("row").getString("key")).isEqualTo(TASK);
        }
    }

    @Test
    void eventsComeOverASocketAndAreResumed() throws Exception {
        String id;
        try (var socket = new Socket("/v1/events?topic=task-events&from=earliest")) {
            var _ = socket.next();
            for (int n = 0; n < BEFORE - 2; n++) {
                assertThat(socket.event("dev.millrace.x").getInteger("offset")).isEqualTo(n);
            }
            id = socket.lastId;
        }
        try (var socket = new Socket("/v1/events?topic=task-events&last_event_id=" + id)) {
            var _ = socket.next();
            assertThat(socket.event("dev.millrace.x").getInteger("offset")).isEqualTo(BEFORE - 2);
            assertThat(socket.event("dev.millrace.x").getInteger("offset")).isEqualTo(BEFORE - 1);
        }
    }

    @Test
    void largeEventComesWhole() throws Exception {
        var text = "ä€😀x".repeat(100_000);
        try (var socket = new Socket("/v1/events?topic=task-events")) {
            var _ = socket.next();
            gateway.live.addMany(2, TASK_EVENTS, TASK, "dev.millrace.x", text);
            for (int n = 0; n < 2; n++) {
                var payload = socket.event("dev.millrace.x").getJsonObject("payload");
                assertThat(payload.getString("text").equals(text)).isTrue();
            }
        }
    }

    @Test
    void socketEndsWithTheGatewayAndSaysWhereToGoOn() throws Exception {
        try (var socket = new Socket("/v1/views/tasks")) {
            var _ = socket.next();
            socket.event("reset");
            socket.event("row");
            socket.event("row");
            socket.event("complete");

            gateway.stopServing();

            assertThat(socket.event("closing").getString("position")).isEqualTo(socket.lastId);
            assertThat(socket.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1001);
            assertThat(gateway.live.tails()).isZero();
        }
    }

    @Test
    void whatCannotBeFollowedIsAProblemBeforeTheUpgrade() throws Exception {
        assertThat(refused("/v1/views/throughput")).isEqualTo(400);
        assertThat(refused("/v1/views/nonsense")).isEqualTo(404);
        assertThat(refused("/v1/views/tasks?limit=5")).isEqualTo(400);
        assertThat(refused("/v1/views/tasks?as_of=2026-11-22T12:00:00Z")).isEqualTo(400);
        assertThat(refused("/v1/views/tasks?colour=red")).isEqualTo(400);
        assertThat(refused("/v1/views/tasks?last_event_id=nonsense")).isEqualTo(400);
        assertThat(refused("/v1/views/task-history")).isEqualTo(400);
        assertThat(refused("/v1/events?topic=nonsense")).isEqualTo(400);
        var page =
                gateway.send(
                        gateway.asAdmin("/v1/views/throughput")
                                .header("Accept", "text/event-stream"));
        assertThat(page.body()).contains("throughput cannot be followed");
    }

    @Test
    void placeWhoseRecordsAreDeletedIsGone() throws Exception {
        String id;
        try (var socket = new Socket("/v1/events?topic=task-events&from=earliest")) {
            var _ = socket.next();
            socket.event("dev.millrace.x");
            id = socket.lastId;
        }
        gateway.live.deleteBefore(TASK_EVENTS, 0, BEFORE / 2);

        assertThat(refused("/v1/views/tasks?last_event_id=" + id)).isEqualTo(410);
    }

    @Test
    void socketIsForThoseWhoMay() {
        assertThatThrownBy(() -> connect("/v1/events", null, null))
                .satisfies(failure -> assertThat(status(failure)).isEqualTo(401));
        assertThatThrownBy(() -> connect("/v1/events", RunningGateway.token(Role.READER), null))
                .satisfies(failure -> assertThat(status(failure)).isEqualTo(403));
        assertThatThrownBy(() ->
                        connect(
                                "/v1/events",
                                RunningGateway.token(Role.ADMIN),
                                "http://evil.example.org"))
                .satisfies(failure -> assertThat(status(failure)).isEqualTo(403));
    }

    @Test
    void otherPathsAnswerAsIfNoUpgradeHadBeenAskedFor() {
        assertThatThrownBy(() -> connect("/v1/version", RunningGateway.token(Role.ADMIN), null))
                .satisfies(failure -> assertThat(status(failure)).isEqualTo(200));
    }

    private int refused(String path) throws Exception {
        try {
            connect(path, RunningGateway.token(Role.ADMIN), null).abort();
            return 101;
        } catch (ExecutionException failure) {
            return status(failure);
        }
    }

    private static int status(Throwable failure) {
        return failure.getCause() instanceof WebSocketHandshakeException refused
                ? refused.getResponse().statusCode()
                : -1;
    }

    private WebSocket connect(String path, @Nullable String token, @Nullable String origin)
            throws Exception {
        return connect(path, token, origin, new WebSocket.Listener() {});
    }

    private WebSocket connect(
            String path,
            @Nullable String token,
            @Nullable String origin,
            WebSocket.Listener listener)
            throws Exception {
        var builder = client.newWebSocketBuilder();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        if (origin != null) {
            builder.header("Origin", origin);
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + path), listener)
                .get(30, TimeUnit.SECONDS);
    }

    private static String row(String state) {
        return new JsonObject().put("id", TASK).put("state", state).put("due", 1).encode();
    }

    private static JsonObject told(String id, String state) {
        return new JsonObject()
                .put("key", id)
                .put("row", new JsonObject().put("id", id).put("state", state));
    }

    private int partition() {
        return Topics.TASK_EVENTS.partition(TASK, 2);
    }

    private void started() {
        var event = new TaskEvent.Succeeded(TaskId.parse(TASK), 7, 1, new Content.Inline("{}"));
        gateway.live.add(
                TASK_EVENTS,
                partition(),
                TASK,
                Envelope.first(
                        new UUID(1, 1),
                        RunningGateway.NOON,
                        "default",
                        Labels.DEFAULT,
                        new Actor("ann", Actor.Proof.LOCAL),
                        RunningGateway.SITE,
                        event));
    }

    /// A client of a WebSocket.
    private final class Socket implements AutoCloseable, WebSocket.Listener {

        private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder part = new StringBuilder();
        private final WebSocket socket;
        private String lastId = "";

        Socket(String path) throws Exception {
            socket = connect(path, RunningGateway.token(Role.ADMIN), null, this);
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                messages.add(new JsonObject(part.toString()));
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }

        JsonObject next() throws InterruptedException {
            var message = messages.poll(30, TimeUnit.SECONDS);
            assertThat(message).isNotNull();
            lastId = message.getString("id", lastId);
            return message;
        }

        /// The data of the next event, which must be of a name.
        JsonObject event(String name) throws InterruptedException {
            var message = next();
            assertThat(message.getString("event")).as("%s", message).isEqualTo(name);
            return message.getJsonObject("data");
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
