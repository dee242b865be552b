package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Posts batches, whose answers have an item for each of theirs.
///
/// What passes (a busy site, a full disk) is sent again, up to five times, each after as many
/// seconds as its answer says, five at most; so sending an item twice must do it once.
///
/// @param path of the operation
/// @param body of a request with some items
/// @param told what became of each, as the answer has it
record BatchClient<T>(
        ApiClient api,
        String path,
        Function<List<T>, JsonNode> body,
        BiConsumer<T, JsonNode> told) {

    /// The most items that a request may have.
    static final int MOST_ITEMS = 1000;

    private static final int MOST_ROUNDS = 6;
    private static final int LONGEST_PAUSE_SECONDS = 5;

    /// Sends items, [#MOST_ITEMS] at most.
    ///
    /// @throws ApiProblem if the site does not answer, or refuses them all
    void send(List<T> items) throws ApiProblem, InterruptedException {
        var left = items;
        for (int round = 1; !left.isEmpty(); round++) {
            var again = new ArrayList<T>();
            long pause = 0;
            var answers = api.post(path, body.apply(left)).path("items");
            for (int i = 0; i < left.size(); i++) {
                var answer = answers.path(i);
                if (answer.has("retry_after") && round < MOST_ROUNDS) {
                    again.add(left.get(i));
                    pause = Math.max(pause, answer.path("retry_after").asLong());
                } else {
                    told.accept(left.get(i), answer);
                }
            }
            left = again;
            Thread.sleep(Duration.ofSeconds(Math.clamp(pause, 0, LONGEST_PAUSE_SECONDS)));
        }
    }

    /// Why an item was refused, for people.
    static String why(JsonNode answer) {
        var problem = answer.path("problem");
        return problem.path("title").asText() + ": " + problem.path("detail").asText();
    }
}
