package dev.millrace.site.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.site.cli.DocumentFolder.Skipped;
import dev.millrace.site.cli.DocumentFolder.Source;
import dev.millrace.site.cli.DocumentFolder.Unreadable;
import dev.millrace.site.cli.ProgressBars.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Publishes the documents of a folder and follows them until all of them are searchable.
///
/// At most [#IN_FLIGHT] requests run at once, so no more than that many documents are in memory.
final class Ingestion {

    private static final int IN_FLIGHT = 8;
    private static final int COUNT_BATCH = 1000;
    private static final Set<Integer> REFUSED_FOR_WHAT_IT_IS = Set.of(400, 409, 413, 415, 422);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration STALLED = Duration.ofMinutes(2);

    private final ApiClient api;
    private final ProgressBars bars;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<Skipped> skipped = new ArrayList<>();

    Ingestion(ApiClient api, ProgressBars bars) {
        this.api = api;
        this.bars = bars;
    }

    /// What became of a folder's documents.
    ///
    /// @param rows of the documents view, those that are searchable
    /// @param skipped files left out, here or by the site, and why
    /// @param searchable chunks that the index itself counts for these documents
    record Result(List<JsonNode> rows, List<Skipped> skipped, long searchable) {

        long sum(String field) {
            return rows.stream().mapToLong(row -> row.path(field).asLong()).sum();
        }
    }

    /// Takes the folder in.
    ///
    /// @throws ApiProblem if the site refuses a request that should be fine, or a part of it has
    ///   failed, or nothing moves for two minutes
    Result run(DocumentFolder folder) throws ApiProblem, InterruptedException {
        skipped.addAll(folder.skipped());
        publish(folder.documents());
        var rows = follow();
        var searchable = new ArrayList<JsonNode>();
        for (var row : rows) {
            if (row.path("state").asText().equals("failed")) {
                skipped.add(
                        new Skipped(
                                row.path("name").asText(),
                                row.path("error").path("detail").asText("failed")));
            } else {
                searchable.add(row);
            }
        }
        return new Result(searchable, List.copyOf(skipped), count(searchable));
    }

    private void publish(List<Source> sources) throws ApiProblem, InterruptedException {
        var inFlight = new Semaphore(IN_FLIGHT);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new LinkedHashMap<Source, Future<Publication>>();
            for (var source : sources) {
                inFlight.acquire();
                answers.put(
                        source,
                        executor.submit(() -> {
                            try {
                                return publish(source);
                            } finally {
                                inFlight.release();
                            }
                        }));
                showPublished(answers.values(), sources.size());
            }
            for (var answer : answers.entrySet()) {
                switch (result(answer.getValue())) {
                    case Published(String id) -> names.put(id, answer.getKey().name());
                    case LeftOut(Skipped left) -> skipped.add(left);
                }
            }
        }
        bars.show(List.of(new Stage("published", names.size(), names.size())));
    }

    private void showPublished(Iterable<Future<Publication>> answers, int total) {
        long done = 0;
        for (var answer : answers) {
            done += answer.isDone() ? 1 : 0;
        }
        bars.show(List.of(new Stage("published", done, total)));
    }

    private sealed interface Publication {}

    private record Published(String id) implements Publication {}

    private record LeftOut(Skipped file) implements Publication {}

    private Publication publish(Source source) throws ApiProblem {
        String text;
        try {
            text = source.read();
        } catch (Unreadable left) {
            return new LeftOut(new Skipped(source.name(), String.valueOf(left.getMessage())));
        }
        var body = ApiClient.object();
        body.put("name", source.name());
        body.put("media_type", source.mediaType());
        body.put("text", text);
        try {
            return new Published(api.post("/v1/documents", body).path("id").asText());
        } catch (ApiProblem refused) {
            if (REFUSED_FOR_WHAT_IT_IS.contains(refused.status())) {
                return new LeftOut(
                        new Skipped(source.name(), String.valueOf(refused.getMessage())));
            }
            throw refused;
        }
    }

    private List<JsonNode> follow() throws ApiProblem, InterruptedException {
        var lastMove = System.nanoTime();
        long lastDone = -1;
        while (true) {
            var began = System.nanoTime();
            var rows = rows();
            long chunked = rows.stream().filter(row -> row.path("chunks").asLong() > 0).count();
            long failed =
                    rows.stream()
                            .filter(row -> row.path("state").asText().equals("failed"))
                            .count();
            boolean allCut = chunked + failed == names.size();
            long chunks = sum(rows, "chunks");
            long embedded = sum(rows, "embedded");
            long searchable = sum(rows, "searchable");
            bars.show(
                    List.of(
                            new Stage("published", names.size(), names.size()),
                            new Stage("cut", chunked + failed, names.size()),
                            new Stage("embedded", embedded, allCut ? chunks : 0),
                            new Stage("searchable", searchable, allCut ? chunks : 0)));
            long ended = rows.stream().filter(row -> isEnded(row.path("state").asText())).count();
            long open = ended == names.size() ? openTasks(rows) : names.size();
            if (open == 0) {
                return rows;
            }
            requireNoneFailed();
            long done = chunked + failed + embedded + searchable + ended - open;
            if (done != lastDone) {
                lastDone = done;
                lastMove = System.nanoTime();
            } else if (System.nanoTime() - lastMove > STALLED.toNanos()) {
                throw new ApiProblem(
                        0,
                        "nothing has moved for two minutes; the site's log says why"
                                + " (logs/millrace.log in the data folder)");
            }
            // Looking takes the site's time too: never more than a quarter of it.
            TimeUnit.NANOSECONDS.sleep(
                    Math.max(LOOK_EVERY.toNanos(), 3 * (System.nanoTime() - began)));
        }
    }

    /// Waiting for a part that has failed would be in vain.
    private void requireNoneFailed() throws ApiProblem {
        for (var part : api.health().path("parts")) {
            if (part.path("state").asText().equals("failed")) {
                throw new ApiProblem(
                        0,
                        ("the site's part %s has failed: %s; logs/millrace.log in the data folder"
                                        + " says why. What was published is kept: it goes on once"
                                        + " that is mended and the site is started again")
                                .formatted(
                                        part.path("name").asText(),
                                        part.path("detail").asText("")));
            }
        }
    }

    /// How many of the documents' tasks have not been told how they ended.
    private long openTasks(List<JsonNode> rows) throws ApiProblem {
        var tasks = rows.stream().map(row -> row.path("task").asText()).collect(Collectors.toSet());
        long open = 0;
        for (var state : List.of("queued", "running")) {
            open +=
                    api.list("/v1/tasks", Map.of("state", state), Integer.MAX_VALUE).stream()
                            .filter(task -> tasks.contains(task.path("id").asText()))
                            .count();
        }
        return open;
    }

    private static boolean isEnded(String state) {
        return state.equals("searchable") || state.equals("failed");
    }

    private List<JsonNode> rows() throws ApiProblem {
        return api.list("/v1/views/documents", Map.of(), Integer.MAX_VALUE).stream()
                .filter(row -> names.containsKey(row.path("id").asText()))
                .toList();
    }

    private long count(List<JsonNode> rows) throws ApiProblem {
        long chunks = 0;
        for (int from = 0; from < rows.size(); from += COUNT_BATCH) {
            var body = ApiClient.object();
            var ids = body.putArray("documents");
            rows.subList(from, Math.min(rows.size(), from + COUNT_BATCH))
                    .forEach(row -> ids.add(row.path("id").asText()));
            chunks += api.post("/v1/search/count", body).path("chunks").asLong();
        }
        return chunks;
    }

    private static long sum(List<JsonNode> rows, String field) {
        return rows.stream().mapToLong(row -> row.path(field).asLong()).sum();
    }

    private static Publication result(Future<Publication> answer)
            throws ApiProblem, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ApiProblem problem) {
                throw problem;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
