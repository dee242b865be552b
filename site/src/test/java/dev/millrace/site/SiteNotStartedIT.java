package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.broker.DataFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sites that cannot start: each says why in one sentence and leaves nothing behind.
@Tag("full")
class SiteNotStartedIT {

    @TempDir private Path folder = Path.of(".");

    @Test
    void secondSiteOnOneFolderIsRefusedAndTheFirstGoesOn() throws Exception {
        var data = folder.resolve("data");
        try (var first = SiteProcess.start(data)) {
            var address = Files.readString(data.resolve("gateway.url"));

            var documents = Files.createDirectories(folder.resolve("documents"));
            Files.writeString(documents.resolve("mill.md"), "# A mill");
            for (var command : List.of(List.of("dev"), List.of("demo", documents.toString()))) {
                var line = new ArrayList<>(command);
                line.addAll(List.of("--data", data.toString(), "--port", "0"));
                var second = run(line.toArray(String[]::new));

                second.requireOneSentence(
                        1,
                        "data folder " + data.toAbsolutePath() + ": in use by process ",
                        "stop that site or choose another folder");
            }

            assertThat(data.resolve("gateway.url")).hasContent(address.strip());
            assertThat(DataFolder.isInUse(data)).isTrue();
            assertThat(first.anonymous("/health").statusCode()).isEqualTo(200);
            var accepted =
                    first.post("/v1/documents", Map.of("name", "a.md", "text", "A mill race."));
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
            assertThat(first.stop()).isTrue();
        }
        assertThat(DataFolder.isInUse(data)).isFalse();
    }

    @Test
    void takenPortIsNamedWithTheWayOut() throws Exception {
        var data = folder.resolve("data");
        try (var taken =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            for (var part : List.of("broker", "registry", "gateway", "management")) {
                var refused =
                        run(
                                "dev",
                                "--data",
                                data.toString(),
                                "--port",
                                "0",
                                "--set",
                                "millrace." + part + ".port=" + taken.getLocalPort());

                refused.requireOneSentence(
                        1, part + ".port: ", taken.getLocalPort() + "", "a free port, or 0");
                assertThat(data.resolve("gateway.url")).as(part).doesNotExist();
                assertThat(DataFolder.isInUse(data)).as(part).isFalse();
            }
        }
        try (var site = SiteProcess.start(data)) {
            assertThat(site.anonymous("/health").statusCode())
                    .as("the folder is as good as new")
                    .isEqualTo(200);
        }
    }

    @Test
    void anotherModelThanThatOfTheVectorsIsRefusedAndWithoutItTheSiteGoesOn() throws Exception {
        var data = folder.resolve("data");
        KeptFolder.unpack(UpgradeIT.keptFolders().getLast(), data); // the one with vectors

        var refused =
                run(
                        "dev",
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--set",
                        "millrace.model=static-minilm");

        refused.requireOneSentence(
                1,
                "millrace.model: static-minilm",
                "hashed-ngrams 1, as the vectors in the log",
                "without the setting");
        try (var site = SiteProcess.start(data)) {
            assertThat(site.anonymous("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void badUsageIsToldFromWhatFailed() throws Exception {
        for (var wrong :
                List.of(
                        List.of("--set", "millrace.gateway.port=x"),
                        List.of("--set", "millrace.no.such=1"),
                        List.of("--no-such-flag"))) {
            var line = new java.util.ArrayList<>(List.of("dev", "--data", folder + "/none"));
            line.addAll(wrong);

            assertThat(run(line.toArray(String[]::new)).status()).as("%s", wrong).isEqualTo(2);
            assertThat(folder.resolve("none")).doesNotExist();
        }
    }

    private ProgramRun run(String... arguments) throws IOException, InterruptedException {
        return ProgramRun.of(folder, arguments);
    }
}
