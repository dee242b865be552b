package dev.millrace.site.cluster;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.domain.task.TaskId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that submit tasks of the kind `echo`, each under a key of its own and again and again
/// until it is accepted, in batches, with no more of them under way than a site can hold.
///
/// Most tasks are over in a moment; some take up to three seconds, some fail at first, some fail
/// for good, and some wait for others.
final class TaskLoad implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
    private static final int BATCH = 50;
    private static final int CLIENTS = 4;

    private final URI gateway;
    private final String token;
    private final int tasks;
    private final long seed;
    private final Set<TaskId> accepted = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> statuses = new TreeMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final Semaphore batches = new Semaphore(0);
    private int allowed;
    private volatile boolean closed;

    TaskLoad(URI gateway, String token, int tasks, long seed) {
        this.gateway = gateway;
        this.token = token;
        this.tasks = tasks;
        this.seed = seed;
    }

    void start() {
        for (int client = 0; client < CLIENTS; client++) {
            clients.execute(this::submit);
        }
    }

    /// Lets so many tasks be submitted in all, to the nearest whole batch.
    synchronized void allow(int most) {
        int more = (most + BATCH - 1) / BATCH - allowed;
        if (more > 0) {
            allowed += more;
            batches.release(more);
        }
    }

    /// The tasks that a client was told are accepted.
    Set<TaskId> accepted() {
        return accepted;
    }

    /// Some of them, drawn from the seed.
    List<TaskId> some(int most) {
        var all = new ArrayList<>(accepted);
        all.sort(null);
        java.util.Collections.shuffle(all, new Random(seed));
        return all.subList(0, Math.min(most, all.size()));
    }

    /// How often which status was answered, for a request or an item of one.
    synchronized Map<String, Integer> statuses() {
        return new LinkedHashMap<>(statuses);
    }

    void awaitAccepted(Duration patience) {
        await("all tasks are accepted; %s".formatted(statuses()))
                .atMost(patience)
                .until(() -> accepted.size() >= tasks);
    }

    private void submit() {
        while (!closed) {
            try {
                batches.acquire();
            } catch (InterruptedException stopped) {
                return;
            }
            int first = next.getAndAdd(BATCH);
            var items = new ArrayList<Map<String, Object>>();
            for (int i = first; i < Math.min(first + BATCH, tasks); i++) {
                items.add(item(i, first));
            }
            submit(items);
        }
    }

    /// Submits until all are accepted.
    private void submit(List<Map<String, Object>> items) {
        var left = items;
        while (!left.isEmpty() && !closed) {
            try {
                var again = new ArrayList<Map<String, Object>>();
                var answers = post(left);
                boolean isWhole = true;
                for (int i = 0; i < left.size(); i++) {
                    var answer = answers.path(i);
                    count("item " + answer.path("status").asInt());
                    if (answer.path("status").asInt() == 202) {
                        accepted.add(TaskId.parse(answer.path("id").asText()));
                    } else {
                        isWhole = false;
                    }
                }
                if (!isWhole) {
                    again.addAll(left); // whole: items name each other, and repeats are safe
                }
                left = again;
            } catch (IOException away) {
                count(away.getClass().getSimpleName());
            } catch (InterruptedException stopped) {
                return;
            }
            try {
                Thread.sleep(left.isEmpty() ? Duration.ZERO : BETWEEN_TRIES);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /// What a task is, drawn from the seed and its number.
    private Map<String, Object> item(int i, int first) {
        var random = new Random(seed + i);
        var input = new LinkedHashMap<String, Object>();
        input.put("n", i);
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", "echo");
        item.put("input", input);
        item.put("idempotency_key", "task-%d-%d".formatted(seed, i));
        item.put("ref", "r" + i);
        item.put("priority", List.of("high", "normal", "low").get(random.nextInt(3)));
        switch (random.nextInt(20)) {
            case 0, 6, 7, 8, 9 -> input.put("delay_ms", random.nextInt(3_000));
            case 1 -> {
                input.put("fail_times", 1);
                item.put("retries", Map.of("first_wait_ms", 100, "max_attempts", 100));
            }
            case 2 -> {
                if (random.nextInt(10) == 0) {
                    input.put("fail_times", 5);
                    item.put("retries", Map.of("first_wait_ms", 50, "max_attempts", 2));
                }
            }
            case 3 -> {
                if (i > first) {
                    item.put("after", List.of("r" + (first + random.nextInt(i - first))));
                    item.put("on_failed_dependency", "run");
                }
            }
            default -> {}
        }
        return item;
    }

    private JsonNode post(List<Map<String, Object>> items)
            throws IOException, InterruptedException {
        var answer =
                http.send(
                        request("/v1/tasks/batch")
                                .header("Content-Type", "application/json")
                                .POST(
                                        BodyPublishers.ofString(
                                                JSON.writeValueAsString(Map.of("tasks", items))))
                                .build(),
                        BodyHandlers.ofString());
        count(Integer.toString(answer.statusCode()));
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body()).path("items");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private synchronized void count(String what) {
        statuses.merge(what, 1, Integer::sum);
    }

    @Override
    public void close() {
        closed = true;
        clients.shutdownNow();
        http.close();
    }
}
