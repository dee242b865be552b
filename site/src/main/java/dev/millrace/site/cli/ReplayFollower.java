package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// Follows a replay to its end.
final class ReplayFollower {

    private static final Set<String> ENDS = Set.of("finished", "failed", "cancelled");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final ApiClient api;

    ReplayFollower(ApiClient api) {
        this.api = api;
    }

    /// The replay once it has ended.
    JsonNode ended(JsonNode begun) throws ApiProblem, InterruptedException {
        var replay = begun;
        var pause = FIRST_PAUSE;
        while (!ENDS.contains(replay.path("state").asText())) {
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            replay = api.get(path(replay), Map.of());
        }
        return replay;
    }

    /// What is answered once the replays that it needs have ended.
    JsonNode answered(String path, Map<String, String> query)
            throws ApiProblem, InterruptedException {
        while (true) {
            var answer = api.get(path, query);
            if (!answer.has("replays")) {
                return answer;
            }
            for (var replay : answer.path("replays")) {
                var _ = ended(replay);
            }
        }
    }

    /// One row, as it is or was: as it was, perhaps once the replay that it needs has ended.
    JsonNode row(String path, Map<String, String> query) throws ApiProblem, InterruptedException {
        while (true) {
            var answer = api.get(path, query);
            if (!query.containsKey("as_of") || !isReplay(answer)) {
                return answer;
            }
            var _ = ended(answer);
        }
    }

    /// No row of a view has these.
    private static boolean isReplay(JsonNode answer) {
        return answer.has("view") && answer.has("until") && answer.has("state");
    }

    /// Whether it came to its end and found nothing that differs.
    static boolean isSound(JsonNode replay) {
        return replay.path("state").asText().equals("finished")
                && replay.path("comparison").path("equal").asBoolean(true);
    }

    /// Where the rows of a list are as they were at a moment: those of a replay up to then.
    ///
    /// @throws ApiProblem also if the replay does not come there
    String rowsAsOf(String view, String moment) throws ApiProblem, InterruptedException {
        var request = ApiClient.object().put("view", view).put("until", moment);
        var replay = ended(api.post("/v1/replays", request));
        if (!isSound(replay)) {
            throw new ApiProblem(
                    0,
                    "the replay %s %s: %s"
                            .formatted(
                                    replay.path("id").asText(),
                                    replay.path("state").asText(),
                                    replay.path("problem").asText()));
        }
        return path(replay) + "/rows";
    }

    private static String path(JsonNode replay) {
        return "/v1/replays/" + replay.path("id").asText();
    }
}
