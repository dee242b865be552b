package dev.millrace.site;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Follows a view, hangs up after some events, comes back with the id of the last, and keeps the
/// picture that comes of it.
final class RowWatcher implements Runnable {

    private final SiteProcess site;
    private final String path;
    private final Key key;
    private final boolean isSocket;
    private final Random random;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, JsonNode> picture = new ConcurrentSkipListMap<>();
    private final AtomicInteger hangUps = new AtomicInteger();
    private final AtomicInteger resets = new AtomicInteger();
    private volatile boolean hasLeft;
    private String lastId = "";

    /// @param path of the view, with its filters
    /// @param isSocket whether it comes by WebSocket
    RowWatcher(SiteProcess site, String path, Key key, boolean isSocket, long seed) {
        this.site = site;
        this.path = path;
        this.key = key;
        this.isSocket = isSocket;
        this.random = new Random(seed);
    }

    /// Finds the key of a row.
    @FunctionalInterface
    interface Key {
        String of(JsonNode row);
    }

    int hangUps() {
        return hangUps.get();
    }

    int resets() {
        return resets.get();
    }

    void leave() {
        hasLeft = true;
    }

    /// Waits until its picture is what the view shows.
    void requireWhole(Duration patience) {
        await("the picture of " + path + (isSocket ? " by WebSocket" : ""))
                .atMost(patience)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> Map.copyOf(picture).equals(rows()));
    }

    private Map<String, JsonNode> rows() throws IOException, InterruptedException {
        var rows = new ConcurrentSkipListMap<String, JsonNode>();
        var token = "";
        do {
            var page =
                    site.get(
                            path
                                    + (path.contains("?") ? "&" : "?")
                                    + "limit=1000"
                                    + (token.isEmpty() ? "" : "&token=" + encoded(token)));
            page.path("items").forEach(row -> rows.put(key.of(row), row));
            token = page.path("next_token").asText("");
        } while (!token.isEmpty() && !token.equals("null"));
        return rows;
    }

    @Override
    public void run() {
        while (!hasLeft) {
            try {
                int most = 1 + random.nextInt(200);
                if (isSocket) {
                    listenBySocket(most);
                } else {
                    listen(most);
                }
                hangUps.incrementAndGet();
            } catch (IOException | CompletionException gone) {
                if (!site.isAlive()) {
                    return;
                }
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void listen(int most) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(site.gateway().resolve(path))
                        .header("Accept", "text/event-stream")
                        .header("Authorization", "Bearer " + token());
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        var response = http.send(request.build(), BodyHandlers.ofInputStream());
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() != 200) {
                throw new IOException(lines.lines().collect(Collectors.joining()));
            }
            var id = lastId;
            var name = "";
            var data = "";
            int taken = 0;
            for (var line = lines.readLine();
                    line != null && taken < most && !hasLeft;
                    line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring("id: ".length());
                } else if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    data = line.substring("data: ".length());
                } else if (line.isEmpty()) {
                    lastId = id;
                    taken += take(name, data);
                    name = "";
                    data = "";
                }
            }
        }
    }

    private void listenBySocket(int most) throws IOException, InterruptedException {
        var resumed =
                lastId.isEmpty()
                        ? path
                        : path
                                + (path.contains("?") ? "&" : "?")
                                + "last_event_id="
                                + encoded(lastId);
        var messages = new LinkedBlockingQueue<String>();
        var socket =
                http.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + token())
                        .buildAsync(
                                URI.create(
                                        site.gateway()
                                                .resolve(resumed)
                                                .toString()
                                                .replaceFirst("^http", "ws")),
                                new Listener(messages))
                        .join();
        try {
            for (int taken = 0; taken < most && !hasLeft; ) {
                var message = messages.poll(1, TimeUnit.SECONDS);
                if (message == null && socket.isInputClosed()) {
                    throw new IOException("the socket is closed");
                }
                if (message != null) {
                    var json = SiteProcess.JSON.readTree(message);
                    lastId = json.path("id").asText(lastId);
                    taken += take(json.path("event").asText(), json.path("data").toString());
                }
            }
        } finally {
            socket.abort();
        }
    }

    private int take(String name, String data) throws IOException {
        if (name.isEmpty()) {
            return 0;
        }
        var json = SiteProcess.JSON.readTree(data);
        switch (name) {
            case "reset" -> {
                picture.clear();
                resets.incrementAndGet();
            }
            case "row" -> picture.put(json.path("key").asText(), json.path("row"));
            case "removed" -> picture.remove(json.path("key").asText());
            default -> {
                /* Of how it stands. */
            }
        }
        return 1;
    }

    private String token() throws IOException {
        return Files.readString(site.data().resolve("token")).strip();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private record Listener(BlockingQueue<String> messages, StringBuilder part)
            implements WebSocket.Listener {

        Listener(BlockingQueue<String> messages) {
            this(messages, new StringBuilder());
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                messages.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
