package dev.millrace.site.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads a stream of events or rows, and takes it up again where it broke off.
final class EventTail {

    /// What a gateway says of the stream itself.
    private static final Set<String> NOTICES = Set.of("dropped", "closing", "gone");

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(45);
    private static final int DEFAULT_RETRY_MILLIS = 1_000;
    private static final int NO_ANSWER = 0;
    private static final Set<Integer> PASSING = Set.of(NO_ANSWER, 429, 502, 503, 504);
    private static final int OK = 200;

    private static final int GONE = 410;

    private final ApiClient api;
    private final String path;
    private final Map<String, String> query;
    private final boolean canBeginAnew;
    private String lastId = "";
    private boolean hasBegun;
    private volatile long heard;
    private long retryMillis = DEFAULT_RETRY_MILLIS;

    /// A stream of events, each of which is told once.
    ///
    /// @param query the parameters of the stream
    EventTail(ApiClient api, Map<String, String> query) {
        this(api, "/v1/events", query, false);
    }

    private EventTail(ApiClient api, String path, Map<String, String> query, boolean canBeginAnew) {
        this.api = api;
        this.path = path;
        this.query = Map.copyOf(query);
        this.canBeginAnew = canBeginAnew;
    }

    /// A stream of rows, which begins anew where it cannot go on.
    ///
    /// @param path of a view, or of a row
    static EventTail ofRows(ApiClient api, String path, Map<String, String> query) {
        return new EventTail(api, path, query, true);
    }

    /// Takes an event.
    @FunctionalInterface
    interface Reader {
        /// Takes one, and says whether to go on.
        boolean take(String name, JsonNode data);
    }

    /// Follows a stream of events until `reader` has enough.
    ///
    /// @param reader takes an event, and says whether to go on
    /// @throws ApiProblem if the stream cannot be read on: if what comes next is not in the log any
    ///   more, for instance
    void follow(Predicate<JsonNode> reader) throws ApiProblem, InterruptedException {
        follow((_, data) -> reader.test(data));
    }

    /// The same with the names of the events.
    void follow(Reader reader) throws ApiProblem, InterruptedException {
        for (int failures = 0; ; failures++) {
            var before = lastId;
            try (var body = api.stream(path, query, lastId);
                    var _ = new Silence(body)) {
                if (!read(body, reader)) {
                    return;
                }
            } catch (IOException broken) {
                // It is taken up again.
            } catch (ApiProblem problem) {
                if (canBeginAnew && problem.status() == GONE && !lastId.isEmpty()) {
                    lastId = "";
                } else if (!isPassing(problem)) {
                    throw problem;
                }
            }
            failures = lastId.equals(before) ? failures : 0;
            Thread.sleep(pause(failures));
        }
    }

    /// Hangs up on a connection that is dead: the gateway is never silent for so long.
    private final class Silence implements AutoCloseable {

        private final Thread watching;

        Silence(InputStream body) {
            heard = System.nanoTime();
            watching =
                    Thread.startVirtualThread(() -> {
                        try {
                            while (System.nanoTime() - heard < LONGEST_SILENCE.toNanos()) {
                                Thread.sleep(LONGEST_SILENCE.dividedBy(9));
                            }
                            body.close();
                        } catch (InterruptedException | IOException over) {
                            // Nothing is left to watch.
                        }
                    });
        }

        @Override
        public void close() {
            watching.interrupt();
        }
    }

    /// Once it has begun, a gateway that is not there is one that comes back.
    private boolean isPassing(ApiProblem problem) {
        return hasBegun && PASSING.contains(problem.status());
    }

    private Duration pause(int failures) {
        var pause = Duration.ofMillis(retryMillis << Math.min(failures, 5));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /// @return whether to go on
    private boolean read(InputStream body, Reader reader) throws IOException, ApiProblem {
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        var id = lastId;
        var name = "";
        var data = "";
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            heard = System.nanoTime();
            if (line.startsWith("id: ")) {
                id = after("id: ", line);
            } else if (line.startsWith("event: ")) {
                name = after("event: ", line);
            } else if (line.startsWith("data: ")) {
                data = after("data: ", line);
            } else if (line.startsWith("retry: ")) {
                retryMillis = millis(after("retry: ", line));
            } else if (line.isEmpty()) {
                if (!data.isEmpty() && !tell(name, data, reader)) {
                    return false;
                }
                lastId = id;
                hasBegun = true;
                name = "";
                data = "";
            }
        }
        return true;
    }

    private static String after(String field, String line) {
        return line.substring(field.length());
    }

    private static long millis(String text) {
        try {
            return Math.clamp(Long.parseLong(text), 1, LONGEST_PAUSE.toMillis());
        } catch (NumberFormatException notNumber) {
            return DEFAULT_RETRY_MILLIS;
        }
    }

    private static boolean tell(String name, String data, Reader reader) throws ApiProblem {
        var json = json(data);
        if (name.equals("gone")) {
            throw new ApiProblem(
                    GONE,
                    json.path("reason").asText()
                            + "; go on with --from "
                            + json.path("earliest").asText());
        }
        /* The other notices of the gateway say why it hangs up; the stream is taken up again. */
        return NOTICES.contains(name) || reader.take(name, json);
    }

    private static JsonNode json(@Nullable String data) throws ApiProblem {
        try {
            return ApiClient.JSON.readTree(data);
        } catch (JsonProcessingException notJson) {
            throw new ApiProblem(OK, "an event is not JSON: is this a Millrace gateway?");
        }
    }
}
