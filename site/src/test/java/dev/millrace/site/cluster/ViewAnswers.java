package dev.millrace.site.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.view.Position;
import dev.millrace.site.NumberedTasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Reads the view of tasks in every way, and keeps what was answered, to be held against what was
/// written once all of that is known.
final class ViewAnswers {

    private static final String TASKS = "/v1/views/tasks";
    private static final int PAGE = 60;

    private final WrittenTasks written;
    private final int partitions;
    private final ConcurrentLinkedQueue<Claim> claims = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    ViewAnswers(WrittenTasks written, int partitions) {
        this.written = written;
        this.partitions = partitions;
    }

    /// Something that has to be so.
    private sealed interface Claim {}

    /// A task was shown at a version, or not at all, by an answer at a position.
    ///
    /// @param version 0 for not at all
    private record Shown(String by, int task, long version, Position position) implements Claim {}

    /// A list showed these tasks, having been at a position when it began.
    ///
    /// @param state that it was restricted to; empty for all
    private record Listed(String by, String state, List<Integer> tasks, Position position)
            implements Claim {}

    /// The sum of all counts at a position.
    private record Counted(String by, long sum, Position position) implements Claim {}

    /// Reads a task, drawn at random, again and again at later positions.
    final class Session {
        private final ViewReader reader;
        private final Random random;
        private final Map<Integer, Long> versions = new HashMap<>();
        private Position at = Position.START;

        Session(ViewReader reader, long seed) {
            this.reader = reader;
            this.random = new Random(seed);
        }

        void read() throws IOException, InterruptedException {
            int task = random.nextInt(written.count());
            var answer = reader.get(TASKS + "/" + NumberedTasks.id(task), Map.of(), at);
            if (answer == null) {
                return;
            }
            long version = shown(reader, task, answer, at);
            long before = versions.getOrDefault(task, 0L);
            if (version < before) {
                wrong.add(
                        "%s showed task %d at %d after %d"
                                .formatted(reader, task, version, before));
            }
            versions.put(task, version);
            if (!answer.position().covers(at) && answer.body() != null) {
                wrong.add("%s answered at %s after %s".formatted(reader, answer.position(), at));
            }
            at = at.join(answer.position());
        }
    }

    /// Reads what was written last.
    void readWritten(ViewReader reader) throws IOException, InterruptedException {
        var newest = written.newest();
        var path = TASKS + "/" + NumberedTasks.id(newest.task());
        var answer = reader.get(path, Map.of(), newest.position());
        if (answer != null) {
            shown(reader, newest.task(), answer, newest.position());
        }
    }

    /// Reads a list page by page, asking again for a page that was refused.
    ///
    /// @param state to restrict it to; empty for all
    void list(ViewReader reader, String state) throws IOException, InterruptedException {
        var tasks = new ArrayList<Integer>();
        @Nullable Position first = null;
        var parameters = new HashMap<>(Map.of("limit", Integer.toString(PAGE)));
        if (!state.isEmpty()) {
            parameters.put("state", state);
        }
        while (true) {
            var answer = reader.get(TASKS, parameters, Position.START);
            if (answer == null) {
                if (Thread.interrupted() || first == null) {
                    return;
                }
                continue;
            }
            var page = body(answer);
            first = first == null ? answer.position() : first;
            for (var row : page.path("items")) {
                int task = WrittenTasks.task(row.path("id").asText());
                if (!tasks.isEmpty() && tasks.getLast() <= task) {
                    wrong.add(
                            "%s listed task %d after %d".formatted(reader, task, tasks.getLast()));
                }
                tasks.add(task);
                long version = version(row);
                claims.add(new Shown(reader.toString(), task, version, answer.position()));
                if (!state.isEmpty() && !row.path("state").asText().equals(state)) {
                    wrong.add("%s listed %s among the %s".formatted(reader, row, state));
                }
            }
            var token = page.path("next_token").textValue();
            if (token == null) {
                claims.add(new Listed(reader.toString(), state, tasks, first));
                return;
            }
            parameters.put("token", token);
        }
    }

    /// Reads how many tasks there are.
    void count(ViewReader reader) throws IOException, InterruptedException {
        var answer = reader.get("/v1/views/task-counts", Map.of(), Position.START);
        if (answer != null) {
            long sum = 0;
            for (var row : body(answer).path("items")) {
                sum += row.path("count").asLong();
            }
            claims.add(new Counted(reader.toString(), sum, answer.position()));
        }
    }

    private long shown(ViewReader reader, int task, ViewReader.Answer answer, Position after) {
        var row = answer.body();
        long version = row == null ? 0 : version(row);
        claims.add(new Shown(reader.toString(), task, version, answer.position().join(after)));
        return version;
    }

    private long version(JsonNode row) {
        long version = row.path("version").asLong();
        var state = row.path("state").asText();
        if (version < 1 || WrittenTasks.STATES.indexOf(state) != version - 1) {
            wrong.add("a task of version %d is %s".formatted(version, state));
        }
        return version;
    }

    private static JsonNode body(ViewReader.Answer answer) {
        var body = answer.body();
        if (body == null) {
            throw new AssertionError("a list was not found");
        }
        return body;
    }

    /// How many claims there are to be checked.
    int claims() {
        return claims.size();
    }

    /// What was answered and cannot have been so; to be asked once nothing more is written.
    List<String> violations() {
        var found = new ArrayList<>(wrong);
        for (var claim : claims) {
            switch (claim) {
                case Shown(var by, int task, long version, var position) -> {
                    long least = written.versionAt(task, position);
                    if (version < least || version > written.of(task).size()) {
                        found.add(
                                "%s showed task %d at version %d, expected %d..%d"
                                        .formatted(
                                                by, task, version, least, written.of(task).size()));
                    }
                }
                case Listed listed -> found.addAll(missing(listed));
                case Counted(var by, long sum, var position) -> {
                    long least = 0;
                    for (int task = 0; task < written.count(); task++) {
                        least += written.versionAt(task, position) > 0 ? 1 : 0;
                    }
                    // A partition is counted while it moves one task from a state to another.
                    if (sum < least - partitions || sum > written.count() + partitions) {
                        found.add(
                                "%s counted %d, expected %d..%d"
                                        .formatted(by, sum, least, written.count()));
                    }
                }
            }
        }
        return found;
    }

    /// A list shows all that there was when it began, unless it has left the list since.
    private List<String> missing(Listed listed) {
        var found = new ArrayList<String>();
        var there = new HashSet<>(listed.tasks);
        for (int task = 0; task < written.count(); task++) {
            long version = written.versionAt(task, listed.position);
            boolean isMember =
                    listed.state.isEmpty()
                            ? version > 0
                            : version > 0
                                    && WrittenTasks.STATES
                                            .get((int) version - 1)
                                            .equals(listed.state)
                                    && version == written.of(task).size();
            if (isMember && !there.contains(task)) {
                found.add(
                        "%s did not list task %d, which was there at %s"
                                .formatted(listed.by, task, listed.position));
            }
        }
        return found;
    }
}
