package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.site.audit.Violation;
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

/// What earlier versions wrote is opened by this one: their backups, of which a backup made by this
/// one holds the same; and their data folders, with the views and the index in them, one left by a
/// stop and one by a `kill -9` in the middle of taking documents in.
@Tag("full")
class UpgradeIT {

    private static final Path KEPT = Path.of("src/test/resources/upgrade");
    private static final Path KEPT_FOLDERS = Path.of("src/test/resources/data-folders");
    private static final int CHUNKS_IN_FOLDERS = 83;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder = Path.of(".");

    static List<Path> kept() throws IOException {
        return files(KEPT);
    }

    static List<Path> keptFolders() throws IOException {
        return files(KEPT_FOLDERS);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
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
            accept(site);
            documents = awaitSearchable(site, 4);
            assertThat(site.stop()).isTrue();
        }

        var backup = backup(data);
        var again = folder.resolve("again");
        Restore.make(backup, again);

        try (var site = SiteProcess.start(again)) {
            assertThat(awaitSearchable(site, 4).stream().map(UpgradeIT::lasting))
                    .containsExactlyElementsOf(documents.stream().map(UpgradeIT::lasting).toList());
            assertThat(best(site, "water wheel buckets")).isEqualTo("mills.md");
        }
    }

    /// Of each folder: three documents, of which the one under `weirs.txt` is a blob.
    @ParameterizedTest
    @MethodSource("keptFolders")
    void aFolderOfAnEarlierVersionIsOpenedAsItLies(Path kept) throws Exception {
        var data = folder.resolve("data");
        KeptFolder.unpack(kept, data);
        requireAsItWasLeft(data);
    }

    /// A folder need not have been stopped in order to be backed up: what is copied is what a start
    /// would find.
    @ParameterizedTest
    @MethodSource("keptFolders")
    void aBackupOfAFolderAsItLiesIsRestored(Path kept) throws Exception {
        var data = folder.resolve("data");
        KeptFolder.unpack(kept, data);

        var backup = backup(data);
        var again = folder.resolve("again");
        Restore.make(backup, again);

        requireAsItWasLeft(again);
    }

    private Path backup(Path data) throws Exception {
        var backup = folder.resolve("site.backup");
        var files =
                SiteFiles.of(
                        ConfigReader.read(data, null, Map.of(), Map.of()),
                        data.resolve("millrace.properties"));
        Backup.make(files, backup, "test", Instant.now());
        return backup;
    }

    private static void requireAsItWasLeft(Path data) throws Exception {
        try (var site = SiteProcess.start(data)) {
            var documents = awaitSearchable(site, 3);
            assertThat(documents)
                    .extracting(row -> row.path("name").asText())
                    .containsExactlyInAnyOrder("bread.txt", "mills.md", "weirs.txt");
            assertThat(documents.stream().mapToLong(row -> row.path("chunks").asLong()).sum())
                    .isEqualTo(CHUNKS_IN_FOLDERS);
            assertThat(best(site, "water wheel buckets")).isEqualTo("mills.md");
            assertThat(best(site, "flour and leaven dough")).isEqualTo("bread.txt");
            for (var document : documents) {
                requireHistory(site, document.path("task").asText());
            }

            accept(site);
            awaitSearchable(site, 4);
            assertThat(site.checker().violations(List.of()))
                    .filteredOn(violation -> !isOfTheLastDay(violation))
                    .isEmpty();
            assertThat(site.stop()).isTrue();
        }
    }

    private static void requireHistory(SiteProcess site, String task) throws Exception {
        await("the task of a document that can be found ends")
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(site.get("/v1/tasks/" + task).path("state").asText())
                                .isEqualTo("succeeded"));
        assertThat(site.get("/v1/tasks/" + task + "/history").path("items"))
                .extracting(event -> event.path("type").asText())
                .containsExactly(
                        "dev.millrace.task.submitted",
                        "dev.millrace.task.started",
                        "dev.millrace.task.succeeded");
    }

    /// The throughput of a day that is over is not shown.
    private static boolean isOfTheLastDay(Violation violation) {
        return violation instanceof Violation.ViewDiffers differs
                && differs.view().equals("throughput");
    }

    private static void accept(SiteProcess site) throws Exception {
        var answer =
                site.post(
                        "/v1/documents",
                        Map.of(
                                "name", "new.txt",
                                "media_type", "text/plain",
                                "text", "Millstones are dressed with a bill."));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
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
