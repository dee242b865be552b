package dev.millrace.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real site that is asked for tasks it cannot admit: what becomes of the requests, and of those
/// that are redriven.
class DeadLetterIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LONGEST_COMMAND_SECONDS = 60;
    private static final byte[] POISON = "no Avro here".getBytes(UTF_8);

    @TempDir private Path folder = Path.of(".");

    @Test
    void aRequestThatCannotBeAdmittedComesBackUntilItsCauseIsMended() throws Exception {
        try (var site = SiteProcess.start(folder.resolve("data"));
                var log = new PlainKafka(site.bootstrapServers());
                var registry =
                        new PlainConsumer(
                                site.bootstrapServers(),
                                URI.create(SiteProcess.address(site.data(), Role.REGISTRY)))) {
            var poison = log.send(Topics.TASK_REQUESTS, null, POISON, false);
            var first = letter(site, origin(poison.offset()));
            assertThat(first.path("consumer").asText()).isEqualTo("millrace-admission");
            assertThat(first.path("code").asText()).isEqualTo("unreadable");
            assertThat(first.path("bytes").asInt()).isEqualTo(POISON.length);
            assertThat(first.path("redriven_from").isNull()).isTrue();

            // Nobody has mended it: it becomes another letter.
            var again = redriven(site, first);
            assertThat(again).startsWith("millrace.task-requests-0@");
            var second = letter(site, again);
            assertThat(second.path("code").asText()).isEqualTo("unreadable");
            assertThat(second.path("redriven_from").asText()).isEqualTo(name(first));

            // No such kind, until there is.
            var request =
                    registry.encode(
                            Topics.TASK_REQUESTS + "-value",
                            Map.of("key", "late-1", "kind", "image.resize", "input", "{}"));
            var early = log.send(Topics.TASK_REQUESTS, null, request, false);
            var refused = letter(site, origin(early.offset()));
            assertThat(refused.path("code").asText()).isEqualTo("unknown_kind");
            var kind = site.post("/v1/task-kinds", Map.of("name", "image.resize"));
            assertThat(kind.statusCode()).as(kind.body()).isEqualTo(201);
            assertThat(redrivenFromTheCommandLine(site, refused)).contains("task-requests-0@");
            await("the task is there")
                    .ignoreException(IOException.class)
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(
                                            site.get("/v1/idempotency-keys/late-1")
                                                    .path("kind")
                                                    .asText())
                                    .isEqualTo("image.resize"));
            assertThat(site.get("/v1/dead-letters?order=oldest").path("items"))
                    .extracting(item -> item.path("origin").asText())
                    .containsExactly(origin(poison.offset()), again, origin(early.offset()));
        }
    }

    private static String origin(long offset) {
        return Topics.TASK_REQUESTS + "-0@" + offset;
    }

    private static String name(JsonNode letter) {
        return "%s-%d@%d"
                .formatted(
                        Topics.DEAD_LETTERS,
                        letter.path("partition").asInt(),
                        letter.path("offset").asLong());
    }

    /// The letter of the record that stands at a place, once it is there.
    private static JsonNode letter(SiteProcess site, String origin) {
        return await("a letter from " + origin)
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .until(() -> letters(site, origin), letters -> !letters.isEmpty())
                .getFirst();
    }

    private static List<JsonNode> letters(SiteProcess site, String origin) throws Exception {
        var page = site.get("/v1/dead-letters");
        return StreamSupport.stream(page.path("items").spliterator(), false)
                .filter(item -> item.path("origin").asText().equals(origin))
                .toList();
    }

    private static String redriven(SiteProcess site, JsonNode letter) throws Exception {
        var answer =
                site.post(
                        "/v1/dead-letters/%d/%d/redrive"
                                .formatted(
                                        letter.path("partition").asInt(),
                                        letter.path("offset").asLong()),
                        Map.of());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return SiteProcess.JSON.readTree(answer.body()).path("position").asText();
    }

    private String redrivenFromTheCommandLine(SiteProcess site, JsonNode letter) throws Exception {
        var output = folder.resolve("redrive.txt");
        var process =
                SiteProcess.command(
                                "task", "redrive", name(letter), "--data", site.data().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS)).isTrue();
        var said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
