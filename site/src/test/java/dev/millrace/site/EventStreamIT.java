package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.TaskId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Streams of events and of rows of a real site, by clients that hang up again and again while
/// tasks are submitted.
class EventStreamIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BATCHES = 8;
    private static final int BATCH = 150;

    @TempDir private Path folder = Path.of(".");

    @Test
    void clientsThatHangUpAreToldOfEveryEventOnce() throws Exception {
        try (var site = SiteProcess.start(folder.resolve("data"))) {
            var begun = Instant.now().toString();
            var tasks = new TaskApi(site);
            tasks.register("shout");
            var task = tasks.submit("shout", Map.of("n", 0), Map.of());
            var clients =
                    List.of(
                            new Client(site, "topic=task-events&from=earliest", 1),
                            new Client(site, "topic=task-events&from=" + encoded(begun), 2),
                            new Client(site, "from=earliest&type=task.*", 3),
                            new Client(site, "from=earliest&task=" + task, 4));
            var watchers = watchers(site);
            var threads =
                    Stream.<Runnable>concat(clients.stream(), watchers.stream())
                            .map(Thread::startVirtualThread)
                            .toList();
            site.post("/v1/documents", Map.of("name", "a.txt", "text", "One. Two. Three."));
            for (int batch = 0; batch < BATCHES; batch++) {
                var requests = new ArrayList<Map<String, Object>>();
                for (int n = 0; n < BATCH; n++) {
                    requests.add(Map.of("kind", "shout", "input", Map.of("n", n)));
                }
                cancelSome(site, tasks.submit(requests));
            }
            var events = pages(site, "topic=task-events");
            var all = new ArrayList<>(events);
            all.addAll(pages(site, "topic=task-commands"));
            all.addAll(pages(site, "topic=task-reports"));
            var ofTask = pages(site, "topic=task-events&key=" + task);
            ofTask.addAll(pages(site, "topic=task-commands&key=" + task));
            assertThat(events).hasSizeGreaterThan(BATCHES * BATCH);

            requireSame(clients.get(0), events);
            requireSame(clients.get(1), events);
            requireSame(clients.get(2), all);
            requireSame(clients.get(3), ofTask);
            assertThat(clients.getFirst().hangUps()).isGreaterThan(20);

            for (var watcher : watchers) {
                watcher.requireWhole(PATIENCE);
            }
            assertThat(watchers.stream().mapToInt(RowWatcher::hangUps).sum()).isGreaterThan(20);
            assertThat(watchers.getFirst().resets())
                    .as("it goes on where it was")
                    .isLessThanOrEqualTo(3);

            commandLinePrints(site, 3);
            commandLineWatches(site);
            assertThat(site.stop()).as("streams do not keep the site from stopping").isTrue();
            clients.forEach(Client::leave);
            watchers.forEach(RowWatcher::leave);
            for (var thread : threads) {
                assertThat(thread.join(PATIENCE)).isTrue();
            }
        }
    }

    private static List<RowWatcher> watchers(SiteProcess site) {
        RowWatcher.Key id = row -> row.path("id").asText();
        RowWatcher.Key kindAndState =
                row -> row.path("kind").asText() + ":" + row.path("state").asText();
        return List.of(
                new RowWatcher(site, "/v1/views/tasks?kind=shout", id, false, 11),
                new RowWatcher(site, "/v1/tasks?state=queued&fields=id,state", id, false, 12),
                new RowWatcher(site, "/v1/views/tasks?state=cancelled", id, true, 13),
                new RowWatcher(site, "/v1/views/task-counts", kindAndState, true, 14),
                new RowWatcher(site, "/v1/views/documents", id, false, 15));
    }

    private static void cancelSome(SiteProcess site, List<TaskId> tasks)
            throws IOException, InterruptedException {
        for (int n = 0; n < tasks.size(); n += BATCH / 5) {
            site.post("/v1/tasks/" + tasks.get(n) + "/cancel", Map.of());
        }
    }

    private void commandLineWatches(SiteProcess site) throws Exception {
        var printed = folder.resolve("watched.txt");
        var command =
                SiteProcess.command(
                        "view",
                        "watch",
                        "task-counts",
                        "--data",
                        site.data().toString(),
                        "--filter=kind=shout",
                        "--limit=4",
                        "--output=json");
        var process = command.redirectOutput(printed.toFile()).start();
        assertThat(process.waitFor(PATIENCE)).isTrue();
        assertThat(process.exitValue()).isZero();
        var events = new ArrayList<String>();
        for (var line : Files.readAllLines(printed)) {
            events.add(SiteProcess.JSON.readTree(line).path("event").asText());
        }
        assertThat(events).containsExactly("reset", "row", "row", "complete");
    }

    private void commandLinePrints(SiteProcess site, int count) throws Exception {
        var printed = folder.resolve("printed.txt");
        var command =
                SiteProcess.command(
                        "event",
                        "tail",
                        "--data",
                        site.data().toString(),
                        "--from=earliest",
                        "--type=task.submitted",
                        "--limit=" + count,
                        "--output=json");
        var process = command.redirectOutput(printed.toFile()).start();
        assertThat(process.waitFor(PATIENCE)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readAllLines(printed))
                .hasSize(count)
                .allSatisfy(line ->
                        assertThat(SiteProcess.JSON.readTree(line).path("type").asText())
                                .isEqualTo("dev.millrace.task.submitted"));
    }

    /// More may come than was on the pages when they were read.
    private static void requireSame(Client client, List<String> expected) {
        await("all that is on the pages comes to " + client.query)
                .atMost(PATIENCE)
                .until(() -> new HashSet<>(client.seen).containsAll(expected));
        var seen = List.copyOf(client.seen);
        assertThat(seen).as(client.query).doesNotHaveDuplicates();
        for (var partition : expected.stream().map(EventStreamIT::partition).distinct().toList()) {
            assertThat(of(partition, seen))
                    .as("the order of %s in %s", partition, client.query)
                    .startsWith(of(partition, expected).toArray(String[]::new));
        }
    }

    private static List<String> of(String partition, List<String> places) {
        return places.stream().filter(one -> partition(one).equals(partition)).toList();
    }

    private static String partition(String place) {
        return place.substring(0, place.indexOf('@'));
    }

    private static List<String> pages(SiteProcess site, String query)
            throws IOException, InterruptedException {
        var places = new ArrayList<String>();
        var after = "";
        while (true) {
            var page = site.get("/v1/events?limit=1000&" + query + "&after=" + encoded(after));
            StreamSupport.stream(page.path("items").spliterator(), false)
                    .map(EventStreamIT::place)
                    .forEach(places::add);
            after = page.path("position").asText();
            if (page.path("at_end").asBoolean()) {
                return places;
            }
        }
    }

    private static String place(JsonNode event) {
        return "%s-%d@%d"
                .formatted(
                        event.path("topic").asText(),
                        event.path("partition").asInt(),
                        event.path("offset").asLong());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// Reads a few events, hangs up, and comes back with the id of the last.
    private static final class Client implements Runnable {

        private final SiteProcess site;
        private final String query;
        private final Random random;
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final AtomicBoolean left = new AtomicBoolean();
        private final AtomicInteger hangUps = new AtomicInteger();
        private String lastId = "";

        Client(SiteProcess site, String query, long seed) {
            this.site = site;
            this.query = query;
            this.random = new Random(seed);
        }

        int hangUps() {
            return hangUps.get();
        }

        void leave() {
            left.set(true);
        }

        @Override
        public void run() {
            while (!left.get()) {
                try {
                    listen(1 + random.nextInt(80));
                    hangUps.incrementAndGet();
                } catch (IOException gone) {
                    if (!site.isAlive()) {
                        return;
                    }
                } catch (InterruptedException stopped) {
                    return;
                }
            }
        }

        private void listen(int events) throws IOException, InterruptedException {
            var request =
                    HttpRequest.newBuilder(site.gateway().resolve("/v1/events?" + query))
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
                take(lines, events);
            }
        }

        private String token() throws IOException {
            return Files.readString(site.data().resolve("token")).strip();
        }

        private void take(BufferedReader lines, int most) throws IOException {
            var id = lastId;
            var data = "";
            int taken = 0;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring("id: ".length());
                } else if (line.startsWith("data: ")) {
                    data = line.substring("data: ".length());
                } else if (line.isEmpty()) {
                    lastId = id;
                    var event = SiteProcess.JSON.readTree(data.isEmpty() ? "{}" : data);
                    data = "";
                    if (event.has("topic")) {
                        seen.add(place(event));
                        taken++;
                    }
                    if (taken == most) {
                        return;
                    }
                }
            }
        }
    }
}
