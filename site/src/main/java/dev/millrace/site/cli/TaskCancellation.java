package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/// Cancels all tasks of some lists, a page at a time.
///
/// The lists come from a view, which is a little behind, and while one is read a task may move to
/// one that was read before: so it goes over them in rounds, until two have shown nothing new, and
/// remembers which tasks it has done with. Tasks that are submitted meanwhile are cancelled too.
/// Confined to one thread.
final class TaskCancellation {

    /// The states of tasks that have not ended, in the order that tasks go through them.
    static final List<String> OPEN = List.of("waiting", "queued", "running");

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final int MOST_LOOKS = 150;
    private static final int OK = 200;
    private static final int ALREADY_ENDED = 409;

    private final ApiClient api;
    private final List<Map<String, String>> lists;
    private final String why;
    private final Consumer<JsonNode> told;
    private final BatchClient<UUID> batches;
    private final Set<UUID> over = new HashSet<>();
    private final Set<UUID> failed = new HashSet<>();
    private long cancelled;

    /// @param filters of the lists, without `state`
    /// @param states those whose tasks are cancelled
    /// @param why for whoever reads the history
    /// @param told of each task that could not be cancelled: `id`, `status`, `problem`
    TaskCancellation(
            ApiClient api,
            Map<String, String> filters,
            List<String> states,
            String why,
            Consumer<JsonNode> told) {
        this.api = api;
        this.lists =
                states.stream()
                        .<Map<String, String>>map(state -> {
                            var list = new TreeMap<>(filters);
                            list.put(TaskFilters.STATE, state);
                            list.put("limit", Integer.toString(BatchClient.MOST_ITEMS));
                            return list;
                        })
                        .toList();
        this.why = why;
        this.told = told;
        this.batches = new BatchClient<>(api, "/v1/tasks/batch/cancel", this::body, this::tell);
    }

    /// Cancels until nothing is left, or the view has not moved for half a minute.
    ///
    /// @return how that went; [Result#isWhole] if nothing is left
    /// @throws ApiProblem if the site does not answer, or refuses whoever asks
    Result run() throws ApiProblem, InterruptedException {
        int looks = 0;
        int empty = 0;
        while (looks < MOST_LOOKS && empty < 2) {
            int before = over.size() + failed.size();
            boolean isBehind = false;
            for (var list : lists) {
                isBehind |= cancelAll(list);
            }
            if (before < over.size() + failed.size()) {
                looks = 0;
                empty = 0;
            } else {
                looks++;
                empty = isBehind ? 0 : empty + 1;
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
        return new Result(cancelled, over.size() - cancelled, failed.size(), empty == 2);
    }

    /// @return whether it shows tasks that are known to have ended
    private boolean cancelAll(Map<String, String> list) throws ApiProblem, InterruptedException {
        boolean isBehind = false;
        var asked = new TreeMap<>(list);
        while (true) {
            var page = api.get("/v1/tasks", asked);
            var open = new ArrayList<UUID>();
            for (var row : page.path("items")) {
                var task = UUID.fromString(row.path("id").asText());
                isBehind |= over.contains(task);
                if (!over.contains(task) && !failed.contains(task)) {
                    open.add(task);
                }
            }
            batches.send(open);
            var next = page.path("next_token");
            if (!next.isTextual()) {
                return isBehind;
            }
            asked.put("token", next.asText());
        }
    }

    private JsonNode body(List<UUID> some) {
        var body = ApiClient.object().put("why", why);
        var tasks = body.putArray("tasks");
        some.forEach(task -> tasks.add(task.toString()));
        return body;
    }

    private void tell(UUID task, JsonNode answer) {
        int status = answer.path("status").asInt();
        switch (status) {
            case OK -> {
                over.add(task);
                cancelled++;
            }
            case ALREADY_ENDED -> over.add(task);
            default -> {
                failed.add(task);
                told.accept(
                        ApiClient.object()
                                .put("id", task.toString())
                                .put("status", status)
                                .put("problem", BatchClient.why(answer)));
            }
        }
    }

    /// How many tasks went which way.
    ///
    /// @param ended before they could be cancelled
    /// @param failed to be cancelled
    /// @param isWhole whether the view showed in the end that nothing is left
    record Result(long cancelled, long ended, long failed, boolean isWhole) {}
}
