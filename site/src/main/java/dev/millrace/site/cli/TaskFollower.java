package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Follows tasks until they end.
///
/// The gateway does the waiting, as far as it can; one that cannot is asked no more often than
/// every quarter of a second.
final class TaskFollower {

    /// The longest that the gateway waits at a time, in seconds.
    static final int MOST_SECONDS = 60;

    private static final Set<String> ENDS = Set.of("succeeded", "failed", "cancelled", "expired");
    private static final String TYPE_PREFIX = "dev.millrace.task.";
    private static final Duration LEAST_PAUSE = Duration.ofMillis(250);
    private static final int LOOK_EVERY_SECONDS = 1;
    private static final int PAGE = 1000;

    private final ApiClient api;
    private final Duration leastPause;

    TaskFollower(ApiClient api) {
        this(api, LEAST_PAUSE);
    }

    /// @param leastPause between two looks at the same thing
    TaskFollower(ApiClient api, Duration leastPause) {
        this.api = api;
        this.leastPause = leastPause;
    }

    /// Whether a row, or an answer in its place, says that the task has ended.
    static boolean hasEnded(JsonNode task) {
        return ENDS.contains(task.path("state").asText());
    }

    /// Whether it says that the task succeeded.
    static boolean hasSucceeded(JsonNode task) {
        return task.path("state").asText().equals("succeeded");
    }

    /// What the type of an event says, for instance `started`.
    static String happened(JsonNode event) {
        var type = event.path("type").asText();
        return type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
    }

    /// Waits for a task to end.
    ///
    /// @param first asks for the task, waiting so many seconds for its end
    /// @param atMost how long in all
    /// @return what was last said of it, whether it has ended or not
    JsonNode untilEnded(Waiting first, Duration atMost) throws ApiProblem, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        var task = within(end, first);
        var id = task.path("id").asText();
        while (!hasEnded(task) && System.nanoTime() < end) {
            task = within(end, seconds -> api.awaitTask(id, seconds));
        }
        return task;
    }

    /// Tells every event of a task once, in order, until the task ends.
    ///
    /// @return whether it succeeded
    boolean watch(String task, Consumer<JsonNode> told) throws ApiProblem, InterruptedException {
        var query = new TreeMap<String, String>(Map.of("limit", Integer.toString(PAGE)));
        long seen = 0;
        while (true) {
            var page = history(task, query);
            for (var event : page.path("items")) {
                if (event.path("version").asLong() > seen) {
                    seen = event.path("version").asLong();
                    told.accept(event);
                    if (ENDS.contains(happened(event))) {
                        return happened(event).equals("succeeded");
                    }
                }
            }
            var next = page.path("next_token");
            if (next.isTextual()) {
                query.put("token", next.asText());
            } else {
                // Also when it has ended: its last event is about to show.
                var _ = paced(() -> api.awaitTask(task, LOOK_EVERY_SECONDS), _ -> false);
            }
        }
    }

    /// A page of the history; a task of a moment ago is waited for.
    private JsonNode history(String task, Map<String, String> query) throws ApiProblem {
        var path = "/v1/tasks/" + ApiClient.segment(task) + "/history";
        try {
            return api.get(path, query);
        } catch (ApiProblem absent) {
            if (absent.status() != 404) {
                throw absent;
            }
            var _ = api.awaitTask(task, LOOK_EVERY_SECONDS);
            return api.get(path, query);
        }
    }

    private JsonNode within(long end, Waiting ask) throws ApiProblem, InterruptedException {
        long left = TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime());
        int seconds = Math.clamp(left, 1, MOST_SECONDS);
        return paced(() -> ask.get(seconds), TaskFollower::hasEnded);
    }

    /// Asks, and takes a while over it unless there is no reason to ask again.
    private JsonNode paced(Asking ask, Predicate<JsonNode> isLast)
            throws ApiProblem, InterruptedException {
        long began = System.nanoTime();
        var answer = ask.get();
        if (!isLast.test(answer)) {
            TimeUnit.NANOSECONDS.sleep(leastPause.toNanos() - (System.nanoTime() - began));
        }
        return answer;
    }

    /// Asks for a task.
    @FunctionalInterface
    interface Waiting {

        /// The task, as it is once it has ended or the time is up.
        ///
        /// @param seconds how long the gateway may wait for its end, 1 to 60
        JsonNode get(int seconds) throws ApiProblem;
    }

    @FunctionalInterface
    private interface Asking {
        JsonNode get() throws ApiProblem;
    }
}
