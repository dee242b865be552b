package dev.millrace.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.site.role.Role;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of `docs/kafka-clients.md`: a program in another language, with Kafka's and Avro's
/// own clients, asks a real site for tasks and reads what became of them.
@Tag("full")
class KafkaClientsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(5);
    private static final Path EXAMPLES = Path.of("../docs/examples").toAbsolutePath().normalize();

    @TempDir private Path folder = Path.of(".");

    @Test
    void aPythonProgramPublishesTasksAndReadsTheirOutcomes() throws Exception {
        var python = folder.resolve("venv/bin/python").toString();
        requireDone(run("python3", "-m", "venv", folder.resolve("venv").toString()));
        requireDone(
                run(
                        python,
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--only-binary",
                        ":all:",
                        "--requirement",
                        EXAMPLES.resolve("requirements.txt").toString()));

        try (var site = SiteProcess.start(folder.resolve("data"))) {
            var example =
                    run(
                            python,
                            EXAMPLES.resolve("publish_tasks.py").toString(),
                            site.bootstrapServers(),
                            SiteProcess.address(site.data(), Role.REGISTRY));

            requireDone(example);
            assertThat(example.output().lines())
                    .hasSize(3)
                    .allMatch(line -> line.matches("task [123] \\S{36}: succeeded"));
            await("the view of tasks shows them too")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> requireShown(site.get("/v1/tasks").path("items")));
        }
    }

    private static void requireShown(JsonNode tasks) {
        assertThat(tasks).hasSize(3);
        assertThat(tasks)
                .allSatisfy(task -> {
                    assertThat(task.path("state").asText()).isEqualTo("succeeded");
                    assertThat(task.path("kind").asText()).isEqualTo("echo");
                    assertThat(task.path("actor").path("id").asText())
                            .isEqualTo("publish_tasks.py");
                    assertThat(task.path("actor").path("proof").asText()).isEqualTo("unverified");
                });
    }

    private static void requireDone(Ended ended) {
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    private Ended run(String... line) throws IOException, InterruptedException {
        var output = Files.createTempFile(folder, "output", ".txt").toFile();
        var process = process(List.of(line), output);
        if (!process.waitFor(LONGEST_RUN)) {
            process.destroyForcibly();
            throw new IOException(
                    line[0]
                            + " took over "
                            + LONGEST_RUN
                            + ": "
                            + Files.readString(output.toPath()));
        }
        return new Ended(process.exitValue(), Files.readString(output.toPath(), UTF_8));
    }

    private static Process process(List<String> line, File output) throws IOException {
        return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output).start();
    }

    /// A program that has ended, and what it said.
    private record Ended(int code, String output) {}
}
