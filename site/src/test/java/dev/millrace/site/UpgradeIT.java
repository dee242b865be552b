package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.site.backup.Backup;
import dev.millrace.site.backup.Restore;
import dev.millrace.site.backup.SiteFiles;
import dev.millrace.site.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Data folders that earlier versions wrote, kept as backups, are opened by this one; and a backup
/// that this one makes of them holds the same.
@Tag("full")
class UpgradeIT {

    private static final Path KEPT = Path.of("src/test/resources/upgrade");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder = Path.of(".");

    static List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(KEPT)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatAnEarlierVersionAcceptedIsStillThere(Path kept) throws Exception {
        var data = folder.resolve("data");
        Restore.make(kept, data);
        List<JsonNode> documents;
        try (var site = SiteProcess.start(data)) {
            documents = awaitSearchable(site, 3);
            assertThat(best(site, "water wheel buckets")).isEqualTo("mills.md");
            for (var document : documents) {
                assertThat(
                                site.get("/v1/tasks/" + document.path("task").asText() + "/history")
                                        .path("items"))
                        .extracting(event -> event.path("type").asText())
                        .contains("dev.millrace.task.submitted", "dev.millrace.task.succeeded");
            }
            var answer =
                    site.post(
                            "/v1/documents",
                            Map.of(
                                    "name", "new.txt",
                                    "media_type", "text/plain",
                                    "text", "Millstones are dressed with a bill."));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            documents = awaitSearchable(site, 4);
            assertThat(site.stop()).isTrue();
        }

        var backup = folder.resolve("site.backup");
        var files =
                SiteFiles.of(
                        ConfigReader.read(data, null, Map.of(), Map.of()),
                        data.resolve("millrace.properties"));
        Backup.make(files, backup, "test", Instant.now());
        var again = folder.resolve("again");
        Restore.make(backup, again);

        try (var site = SiteProcess.start(again)) {
            assertThat(awaitSearchable(site, 4).stream().map(UpgradeIT::lasting))
                    .containsExactlyElementsOf(documents.stream().map(UpgradeIT::lasting).toList());
            assertThat(best(site, "water wheel buckets")).isEqualTo("mills.md");
        }
    }

    private static List<JsonNode> awaitSearchable(SiteProcess site, int documents) {
        await("the index holds every chunk of " + documents + " documents")
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(items(site))
                                .hasSize(documents)
                                .allSatisfy(row ->
                                        assertThat(row.path("state").asText())
                                                .isEqualTo("searchable")));
        try {
            return items(site);
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static List<JsonNode> items(SiteProcess site) throws IOException, InterruptedException {
        return StreamSupport.stream(
                        site.get("/v1/views/documents").path("items").spliterator(), false)
                .toList();
    }

    /// A row without the moment of the last report, which a rebuilt index moves.
    private static JsonNode lasting(JsonNode row) {
        var copy = (com.fasterxml.jackson.databind.node.ObjectNode) row.deepCopy();
        copy.remove("updated");
        return copy;
    }

    private static String best(SiteProcess site, String text)
            throws IOException, InterruptedException {
        var answer = site.post("/v1/search", Map.of("text", text, "limit", 3));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return SiteProcess.JSON.readTree(answer.body()).path("hits").path(0).path("name").asText();
    }
}
