package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.live.FakeLiveLog.FakeRecord;
import dev.millrace.gateway.live.SseText;
import dev.millrace.gateway.live.SseText.Event;
import dev.millrace.schemas.topic.Topics;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `GET /v1/events` as a stream.
@Timeout(60)
class StreamsTest {

    private static final String TASK_EVENTS = "millrace.task-events";
    private static final String STARTED = "dev.millrace.task.started";
    private static final String SUCCEEDED = "dev.millrace.task.succeeded";
    private static final String TASK = "8a0c9f7e-1b2d-8f3a-a1b2-c3d4e5f60718";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new RunningGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
        client.shutdownNow();
    }

    @Test
    void streamSaysWhatWasAndWhatComes() throws Exception {
        add(0, TASK, STARTED);
        add(1, TASK, SUCCEEDED);
        try (var stream = open("/v1/events?from=earliest")) {
            assertThat(stream.response.statusCode()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-store");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            var was = stream.next(2);
            assertThat(was).extracting(Event::name).containsExactlyInAnyOrder(STARTED, SUCCEEDED);

            gateway.live.add("millrace.documents", 0, "default", "d", "dev.millrace.x", "{}");
            var comes = stream.next(1).getFirst();
            assertThat(comes.name()).isEqualTo("dev.millrace.x");
            assertThat(new JsonObject(comes.data()))
                    .isEqualTo(
                            new JsonObject()
                                    .put("id", new UUID(0, 0).toString())
                                    .put("type", "dev.millrace.x")
                                    .put("time", "2026-11-22T12:00:00.000000Z")
                                    .put(
                                            "actor",
                                            new JsonObject().put("id", "ann").put("proof", "local"))
                                    .put("tenant", "default")
                                    .put("key", "d")
                                    .put("topic", "millrace.documents")
                                    .put("partition", 0)
                                    .put("offset", 0)
                                    .putNull("causation")
                                    .put("correlation", new UUID(7, 7).toString())
                                    .put("payload", new JsonObject()));
        }
    }

    @Test
    void everyIdIsAPlaceToGoOnFrom() throws Exception {
        for (int n = 0; n < 12; n++) {
            add(n % 2, TASK, STARTED);
        }
        List<Event> all;
        try (var stream = open("/v1/events?topic=task-events&from=earliest")) {
            all = stream.next(12);
        }
        for (int seen = 1; seen < all.size(); seen++) {
            var rest = all.subList(seen, all.size());
            var id = all.get(seen - 1).id();
            try (var resumed = open("/v1/events?topic=task-events", "Last-Event-ID", id);
                    var from = open("/v1/events?topic=task-events&from=" + id)) {
                assertThat(places(resumed.next(rest.size()))).hasSameElementsAs(places(rest));
                assertThat(places(from.next(rest.size()))).hasSameElementsAs(places(rest));
            }
        }
    }

    @Test
    void streamBeginsWhereItIsAskedTo() throws Exception {
        add(0, TASK, STARTED);
        add(0, TASK, SUCCEEDED);
        var position = TASK_EVENTS + "-0%400," + TASK_EVENTS + "-1%400";
        gateway.live.add(TASK_EVENTS, 1, "default", TASK, STARTED, "{}");
        for (var from :
                Map.of(
                                "latest",
                                0,
                                "earliest",
                                3,
                                "2026-11-22T12:00:00Z",
                                3,
                                "2026-11-22T12:00:01Z",
                                0,
                                position,
                                1)
                        .entrySet()) {
            try (var stream =
                    open("/v1/events?topic=%s&from=%s".formatted(TASK_EVENTS, from.getKey()))) {
                stream.awaitOpen();
                var last = add(0, TASK, "dev.millrace.last");
                var told = stream.next(from.getValue() + 1);
                assertThat(told)
                        .as(from.getKey())
                        .extracting(Event::name)
                        .contains("dev.millrace.last");
                gateway.live.deleteLast(last);
            }
        }
    }

    @Test
    void onlyWhatIsAskedForIsTold() throws Exception {
        var other = new UUID(1, 1).toString();
        add(0, TASK, STARTED);
        add(0, other, SUCCEEDED);
        add(0, TASK, SUCCEEDED);
        gateway.live.add(TASK_EVENTS, 0, "somebody else", TASK, SUCCEEDED, "{}");
        gateway.live.add("millrace.documents", 0, "default", "d", "dev.millrace.x", "{}");
        for (var wanted :
                Map.of(
                                "type=task.succeeded",
                                List.of(1L, 2L),
                                "type=dev.millrace.task.*",
                                List.of(0L, 1L, 2L),
                                "type=task.s*&actor=ann",
                                List.of(0L, 1L, 2L),
                                "topic=task-events,documents&type=x",
                                List.of(0L),
                                "topic=task-events&key=" + TASK,
                                List.of(0L, 2L))
                        .entrySet()) {
            try (var stream = open("/v1/events?from=earliest&" + wanted.getKey())) {
                assertThat(stream.next(wanted.getValue().size()))
                        .as(wanted.getKey())
                        .extracting(event -> new JsonObject(event.data()).getLong("offset"))
                        .containsExactlyElementsOf(wanted.getValue());
            }
        }
    }

    @Test
    void taskIsReadFromItsPartitionsAlone() throws Exception {
        int home = IntStream.range(0, 2).filter(this::isHome).findFirst().orElseThrow();
        gateway.live.add(TASK_EVENTS, home, "default", TASK, STARTED, "{}");
        try (var stream = open("/v1/events?from=earliest&task=" + TASK)) {
            var told = stream.next(1).getFirst();
            assertThat(told.id()).hasSizeLessThan(48);
            assertThat(told.name()).isEqualTo(STARTED);
        }
    }

    private boolean isHome(int partition) {
        return Topics.TASK_EVENTS.partition(TASK, 2) == partition;
    }

    @Test
    void pageIsAnsweredUnlessAStreamIsPreferred() throws Exception {
        for (var accept :
                List.of(
                        "*/*",
                        "application/json",
                        "text/*",
                        "text/event-stream;q=0",
                        "application/json, text/event-stream;q=0.5")) {
            var page =
                    gateway.send(
                            gateway.asAdmin("/v1/events?topic=" + TASK_EVENTS)
                                    .header("Accept", accept));
            assertThat(gateway.header(page, "Content-Type"))
                    .as(accept)
                    .isEqualTo("application/json");
        }
        try (var stream =
                open("/v1/events", "Accept", "application/json;q=0.1, TEXT/event-stream")) {
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
        }
    }

    @Test
    void whatCannotBeStreamedIsAProblemBeforeAnythingIsSent() throws Exception {
        for (var query :
                List.of(
                        "from=nonsense",
                        "from=a@b",
                        "from=2026-11-22T12",
                        "from=1969-12-31T23:59:59Z",
                        "from=%2B1000000000-01-01T00:00:00Z",
                        "topic=nonsense",
                        "topic=task-events,",
                        "task=7",
                        "task=" + TASK + "&key=other",
                        "key=No_Such_Key",
                        "limit=5",
                        "after=",
                        "type=")) {
            assertThat(problem("/v1/events?" + query, 400).getString("error_code"))
                    .as(query)
                    .isEqualTo("invalid_request");
        }
        problem("/v1/events?tenant=other", 403);
        problem("/v1/events", 400, "Last-Event-ID", "millrace.task-events-0@4");
        assertThat(gateway.get("/v1/events?topic=task-events&type=x").body())
                .contains("only of a stream");
        assertThat(problem("/v1/events?topic=task-control", 503).getString("detail"))
                .contains("there is no topic millrace.task-control yet");
        gateway.live.setBroken(true);
        assertThat(problem("/v1/events?from=earliest", 503).getString("error_code"))
                .isEqualTo("unavailable");
    }

    @Test
    void positionWhoseEventsAreDeletedIsGone() throws Exception {
        for (int n = 0; n < 4; n++) {
            add(0, TASK, STARTED);
        }
        String id;
        try (var stream = open("/v1/events?topic=task-events&from=earliest")) {
            id = stream.next(4).getFirst().id();
        }
        gateway.live.deleteBefore(TASK_EVENTS, 0, 3);

        var gone = problem("/v1/events?topic=task-events", 410, "Last-Event-ID", id);
        assertThat(gone.getString("error_code")).isEqualTo("position_gone");
        try (var stream = open("/v1/events?topic=task-events&from=" + gone.getString("earliest"))) {
            assertThat(places(stream.next(1))).containsExactly("0@3");
        }
        var beyond = problem("/v1/events?topic=task-events&from=" + TASK_EVENTS + "-0%409", 410);
        assertThat(beyond.getString("detail")).contains("does not reach as far");
    }

    @Test
    void streamEndsWithTheGateway() throws Exception {
        try (var stream = open("/v1/events")) {
            stream.awaitOpen();
            gateway.stopServing();

            var last = stream.rest();
            assertThat(last).hasSize(1);
            assertThat(last.getFirst().name()).isEqualTo("closing");
            assertThat(last.getFirst().id()).isNotEmpty();
            assertThat(gateway.live.tails()).isZero();
        }
    }

    /// The kernel takes some of it, at most a dozen megabytes, the gateway a little, and the rest
    /// stays in the log.
    @Test
    void clientThatDoesNotReadIsDroppedAndMissesNothing() throws Exception {
        int rounds = 40;
        int count = rounds * 1_000;
        gateway.live.cutPiecesAt(500);
        var text = new SseText();
        var told = new ArrayList<Event>();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(
                            """
                            GET /v1/events?topic=task-events HTTP/1.0\r
                            Host: 127.0.0.1:%d\r
                            Authorization: Bearer %s\r
                            Accept: text/event-stream\r
                            \r
                            """
                                    .formatted(gateway.port(), RunningGateway.token(Role.ADMIN))
                                    .getBytes(StandardCharsets.UTF_8));
            var in = socket.getInputStream();
            var head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) in.read();
            }
            text.take(line(in) + line(in) + line(in)); // it is open now
            for (int round = 0; round < rounds; round++) {
                gateway.live.addMany(1_000, TASK_EVENTS, TASK, STARTED, "x".repeat(1_000));
                gateway.get("/v1/whoami"); // by the same event loop, so it has had its turn
            }
            told.addAll(text.take(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
        var last = told.removeLast();
        assertThat(last.name()).isEqualTo("dropped");
        assertThat(told).isNotEmpty().hasSizeLessThan(count);
        var position = new JsonObject(last.data()).getString("position");
        assertThat(position).isEqualTo(last.id());
        try (var resumed = open("/v1/events?topic=task-events", "Last-Event-ID", last.id())) {
            var rest = resumed.next(count - told.size());
            assertThat(new JsonObject(rest.getFirst().data()).getLong("offset"))
                    .isEqualTo(told.size());
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        do {
            line.append((char) in.read());
        } while (line.charAt(line.length() - 1) != '\n');
        return line.toString();
    }

    private JsonObject problem(String path, int status, String... headers) throws Exception {
        var request = gateway.asAdmin(path).header("Accept", "text/event-stream");
        var response = gateway.send(headers.length == 0 ? request : request.headers(headers));
        assertThat(response.statusCode()).as(path).isEqualTo(status);
        return new JsonObject(response.body());
    }

    private static List<String> places(List<Event> events) {
        return events.stream()
                .map(event -> new JsonObject(event.data()))
                .map(json -> json.getInteger("partition") + "@" + json.getLong("offset"))
                .toList();
    }

    private FakeRecord add(int partition, String key, String type) {
        return gateway.live.add(TASK_EVENTS, partition, "default", key, type, "{\"a\":1}");
    }

    private Listening open(String path, String... headers) throws Exception {
        var request = gateway.asAdmin(path);
        if (!List.of(headers).contains("Accept")) {
            request.header("Accept", "text/event-stream");
        }
        return new Listening(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    /// A client of a stream.
    private final class Listening implements AutoCloseable {

        private final HttpResponse<InputStream> response;
        private final SseText text = new SseText();
        private final List<Event> told = new ArrayList<>();

        Listening(HttpRequest request) throws Exception {
            response = client.send(request, BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).as(request.uri().toString()).isEqualTo(200);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /// Waits for the id that every stream begins with.
        void awaitOpen() throws IOException {
            while (text.lastId().isEmpty()) {
                read();
            }
        }

        /// The next events, as soon as there are so many; and there must be no more.
        List<Event> next(int count) throws IOException {
            while (told.size() < count) {
                read();
            }
            var next = List.copyOf(told);
            assertThat(next).hasSize(count);
            told.clear();
            return next;
        }

        List<Event> rest() throws IOException {
            told.addAll(
                    text.take(new String(response.body().readAllBytes(), StandardCharsets.UTF_8)));
            return told;
        }

        private void read() throws IOException {
            var bytes = new byte[8_192];
            int count = response.body().read(bytes);
            assertThat(count).as("the stream has not ended").isPositive();
            told.addAll(text.take(new String(bytes, 0, count, StandardCharsets.UTF_8)));
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }
}
