package dev.millrace.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.views.ViewsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The views of a real site are rebuilt while they are read, and the site is killed in the middle.
@Tag("full")
class RebuildIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PATH = "/v1/views/rebuild";
    private static final int TASKS = 400;
    private static final int HISTORIES = 5;

    @TempDir private Path folder = Path.of(".");

    @Test
    void viewsAreReadWhileTheyAreRebuiltAndAfterAKill() throws Exception {
        var data = folder.resolve("data");
        Map<String, List<JsonNode>> before;
        List<String> tasks;
        try (var site = SiteProcess.start(data)) {
            tasks = work(site);
            before = rows(site, tasks);
            assertThat(before.get("tasks")).hasSize(TASKS + 1);
            assertThat(site.get(PATH).path("state").asText()).isEqualTo("none");
            TaskApi.assertRefused(site.delete(PATH), 409, "rebuild_refused");

            assertThat(site.post(PATH, Map.of()).statusCode()).isEqualTo(202);
            TaskApi.assertRefused(site.post(PATH, Map.of()), 409, "rebuild_refused");
            assertThat(rows(site, tasks)).isEqualTo(before);
            await("the next generation has begun")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> Files.isDirectory(folderOf(data, 2)));
            assertThat(site.get(PATH).path("serving").asInt()).isEqualTo(1);
            site.kill();
        }
        assertThat(folderOf(data, 1)).isDirectory();

        try (var site = SiteProcess.start(data)) {
            readsUntilItEnds(site, tasks, before);
            assertThat(site.get(PATH).path("state").asText()).isEqualTo("switched");
            assertThat(site.get(PATH).path("serving").asInt()).isEqualTo(2);
            isGone(site, 1, 2);
            assertThat(rows(site, tasks)).isEqualTo(before);
            readsWhatItWrote(site);
            assertThat(types(site)).containsExactly("rebuild-requested", "switched");
            assertThat(site.stop()).isTrue();
        }

        try (var site = SiteProcess.start(data)) {
            assertThat(site.get(PATH).path("serving").asInt()).isEqualTo(2);
            assertThat(folderOf(data, 1)).doesNotExist();
            var now = rows(site, tasks);
            assertThat(now.get("documents")).isEqualTo(before.get("documents"));
            assertThat(now.get("tasks")).hasSize(TASKS + 2);

            assertThat(site.post(PATH, Map.of()).statusCode()).isEqualTo(202);
            assertThat(readsUntilItEnds(site, tasks, now)).isPositive();
            assertThat(site.get(PATH).path("serving").asInt()).isEqualTo(3);
            assertThat(rows(site, tasks)).isEqualTo(now);
            isGone(site, 2, 3);

            assertThat(site.post(PATH, Map.of()).statusCode()).isEqualTo(202);
            var cancelled = site.delete(PATH);
            assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
            isGone(site, 4, 3);
            assertThat(site.get(PATH).path("state").asText()).isEqualTo("cancelled");
            assertThat(rows(site, tasks)).isEqualTo(now);
            assertThat(types(site))
                    .containsExactly(
                            "rebuild-requested",
                            "switched",
                            "rebuild-requested",
                            "switched",
                            "rebuild-requested",
                            "rebuild-cancelled");
        }
    }

    /// Reads all rows again and again while the next generation is being built.
    ///
    /// @return how often
    private static long readsUntilItEnds(
            SiteProcess site, List<String> tasks, Map<String, List<JsonNode>> rows)
            throws Exception {
        long reads = 0;
        for (var now = site.get(PATH);
                now.path("state").asText().equals("building");
                now = site.get(PATH)) {
            var progress = now.path("progress");
            assertThat(progress.path("folded").asLong())
                    .isBetween(0L, progress.path("total").asLong());
            assertThat(rows(site, tasks)).isEqualTo(rows);
            reads++;
        }
        System.out.printf("All rows were read %d times during a rebuild.%n", reads);
        return reads;
    }

    /// Has tasks done and a document taken in, and waits until all is over.
    private static List<String> work(SiteProcess site) throws Exception {
        var document =
                Map.of(
                        "name",
                        "a.md",
                        "media_type",
                        "text/markdown",
                        "text",
                        "# A mill\n\nIt turns.");
        assertThat(site.post("/v1/documents", document).statusCode()).isEqualTo(202);
        var requests = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < TASKS; i++) {
            requests.add(Map.of("kind", "echo", "input", Map.of("number", i)));
        }
        var tasks = new TaskApi(site).submit(requests).stream().map(Object::toString).toList();
        new TaskApi(site).awaitSucceeded(TASKS + 1, PATIENCE);
        return tasks;
    }

    /// All rows of the views that stand still while nothing is done. Whatever is refused fails.
    private static Map<String, List<JsonNode>> rows(SiteProcess site, List<String> tasks)
            throws Exception {
        var rows = new TreeMap<String, List<JsonNode>>();
        for (var view : List.of("tasks", "task-counts")) {
            rows.put(view, all(site, "/v1/views/" + view));
        }
        // An index that was killed may report once more what it has, which is then the last change.
        var documents = all(site, "/v1/views/documents");
        documents.forEach(row -> ((ObjectNode) row).remove("updated"));
        rows.put("documents", documents);
        for (var task : tasks.subList(0, HISTORIES)) {
            rows.put(task, all(site, "/v1/tasks/" + task + "/history"));
        }
        return rows;
    }

    private static List<JsonNode> all(SiteProcess site, String path) throws Exception {
        var rows = new ArrayList<JsonNode>();
        var next = path + "?limit=150";
        while (true) {
            var page = site.get(next);
            page.path("items").forEach(rows::add);
            var token = page.path("next_token");
            if (token.isNull() || token.isMissingNode()) {
                return rows;
            }
            next = path + "?limit=150&token=" + token.asText();
        }
    }

    private static void readsWhatItWrote(SiteProcess site) throws Exception {
        var answer = site.post("/v1/tasks", Map.of("kind", "echo", "input", Map.of()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        var accepted = SiteProcess.JSON.readTree(answer.body());
        var row =
                site.get(
                        "/v1/tasks/%s?after=%s"
                                .formatted(
                                        accepted.path("id").asText(),
                                        accepted.path("position").asText()));
        assertThat(row.path("id")).isEqualTo(accepted.path("id"));
        new TaskApi(site).awaitState(accepted.path("id").asText(), "succeeded");
    }

    /// Nothing of a generation is left: no group, no topics, and no folder.
    private static void isGone(SiteProcess site, int generation, int answering) throws Exception {
        var client = new HashMap<String, Object>();
        client.put("bootstrap.servers", site.bootstrapServers());
        try (var admin = Admin.create(client)) {
            await("nothing is left of generation " + generation)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        assertThat(
                                        admin.listGroups().all().get(10, TimeUnit.SECONDS).stream()
                                                .map(GroupListing::groupId))
                                .doesNotContain(ViewsSettings.applicationId(generation));
                        var topics = new TreeSet<>(admin.listTopics().names().get());
                        topics.retainAll(ViewsSettings.changelogs(generation));
                        assertThat(topics).isEmpty();
                        assertThat(folderOf(site.data(), generation)).doesNotExist();
                    });
            assertThat(admin.listTopics().names().get())
                    .as("those of the generation that answers")
                    .containsAll(ViewsSettings.changelogs(answering));
        }
    }

    private static Path folderOf(Path data, int generation) {
        return data.resolve("streams").resolve(ViewsSettings.applicationId(generation));
    }

    private static List<String> types(SiteProcess site) throws Exception {
        try (var log = new PlainKafka(site.bootstrapServers())) {
            return log.all(Topics.VIEW_EVENTS.name()).stream()
                    .peek(record -> assertThat(record.key()).asString().isEqualTo(ViewEvent.KEY))
                    .map(record -> record.headers().lastHeader("ce_type").value())
                    .map(type -> new String(type, UTF_8))
                    .map(type -> type.substring("dev.millrace.view.".length()))
                    .toList();
        }
    }
}
