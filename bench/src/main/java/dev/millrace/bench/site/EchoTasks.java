package dev.millrace.bench.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/// Fills a site with tasks of the kind `echo` that its own worker does: rows for views and records
/// for the log.
public final class EchoTasks {

    private static final String KIND = "echo";
    private static final int BATCH = 100;
    private static final int IN_FLIGHT = 4;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final int ACCEPTED = 202;

    private EchoTasks() {}

    /// Submits tasks, and waits until the views have all of them as done.
    ///
    /// @return their ids
    /// @throws IOException if they are not done within ten minutes
    public static List<String> done(GatewayClient client, Payload payload, int tasks)
            throws IOException, InterruptedException {
        long before = client.tasks(KIND, "succeeded");
        long until = System.nanoTime() + LONGEST.toNanos();
        var ids = new ArrayList<String>();
        while (ids.size() < tasks) {
            int already = ids.size();
            ids.addAll(submit(client, payload, already, tasks - already));
            if (ids.size() == already) {
                // A site that has just started puts off what it has no room for.
                if (System.nanoTime() > until) {
                    throw new IOException(
                            "tasks: %d of %d accepted after %s".formatted(already, tasks, LONGEST));
                }
                Thread.sleep(LOOK_EVERY_MILLIS);
            }
        }
        while (client.tasks(KIND, "succeeded") < before + tasks) {
            if (System.nanoTime() > until) {
                throw new IOException(
                        "tasks: %d done after %s (expected: %d)"
                                .formatted(
                                        client.tasks(KIND, "succeeded") - before, LONGEST, tasks));
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        return ids;
    }

    /// One request for all of so many tasks, and the next for those that were refused.
    private static List<String> submit(GatewayClient client, Payload payload, int first, int tasks)
            throws InterruptedException {
        var room = new Semaphore(IN_FLIGHT);
        var ids = new ArrayList<String>();
        for (int done = 0; done < tasks; done += BATCH) {
            var body = body(payload, first + done, Math.min(BATCH, tasks - done));
            room.acquire();
            var _ =
                    client.submitBatch(body)
                            .thenApply(GatewayClient::read)
                            .whenComplete((answer, failure) -> {
                                if (failure == null) {
                                    synchronized (ids) {
                                        ids.addAll(accepted(answer));
                                    }
                                }
                                room.release();
                            });
        }
        room.acquire(IN_FLIGHT);
        return ids;
    }

    private static ObjectNode body(Payload payload, int first, int count) {
        var body = GatewayClient.JSON.createObjectNode();
        var tasks = body.putArray("tasks");
        for (int number = first; number < first + count; number++) {
            tasks.addObject().put("kind", KIND).set("input", payload.json(number));
        }
        return body;
    }

    private static List<String> accepted(JsonNode answer) {
        var ids = new ArrayList<String>();
        for (var item : answer.path("items")) {
            if (item.path("status").asInt() == ACCEPTED) {
                ids.add(item.path("id").asText());
            }
        }
        return ids;
    }
}
