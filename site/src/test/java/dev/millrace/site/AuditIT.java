package dev.millrace.site;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.audit.bundle.Bundle;
import dev.millrace.domain.audit.bundle.BundleVerifier;
import dev.millrace.domain.audit.bundle.Verdict;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.event.Digest;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real site whose history is exported, checked by another process, tampered with, and continued
/// over a kill.
class AuditIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LONGEST_COMMAND_SECONDS = 60;
    private static final int HASH_BYTES = 32;
    private static final int TASKS = 30;
    private static final int LOST = 3;
    private static final String WORD = "planted-word-one";
    private static final String OTHER = "planted-w0rd-one";

    /* Every single bit is a matter for the verifier's own tests. */
    private static final int STEP = 11;

    @TempDir private Path folder = Path.of(".");

    @Test
    void whatATaskWentThroughIsProvedAndNothingElse() throws Exception {
        var data = folder.resolve("data");
        String task;
        JsonNode keys;
        long seen;
        try (var site = start(data)) {
            var tasks = new TaskApi(site);
            task = tasks.submit("echo", Map.of("text", "evidence"), Map.of());
            tasks.awaitState(task, "succeeded");
            keys = json(command("audit", "key", "--data", data.toString(), "-o", "json"));

            var bundle = export(data, task);

            var verdict = json(verify(bundle, keys));
            assertThat(verdict.path("verdict").asText()).isEqualTo("proved");
            assertThat(verdict.path("none_vanished").asBoolean()).isTrue();
            assertThat(verdict.path("checkpoint").path("witnessed_by")).hasSize(2);
            assertThat(types(verdict))
                    .startsWith("dev.millrace.task.submitted")
                    .contains("dev.millrace.task.succeeded");
            requireTamperingIsRefused(bundle, keys);
            seen = verdict.path("checkpoint").path("size").asLong();

            // Killed while its history grows.
            for (int i = 0; i < TASKS; i++) {
                tasks.submit("echo", Map.of("n", i), Map.of());
            }
            site.kill();
        }
        try (var site = start(data)) {
            var tasks = new TaskApi(site);
            var later = tasks.submit("echo", Map.of("text", "later"), Map.of());
            tasks.awaitState(later, "succeeded");

            var verdict = json(verify(export(data, later, "--since", Long.toString(seen)), keys));

            assertThat(verdict.path("verdict").asText()).as("%s", verdict).isEqualTo("proved");
            assertThat(verdict.path("earlier_checkpoint").path("size").asLong()).isEqualTo(seen);
            assertThat(verdict.path("checkpoint").path("size").asLong()).isGreaterThan(seen);
            assertThat(verdict.path("none_vanished").asBoolean()).isTrue();
            assertThat(verdict.path("partitions"))
                    .allSatisfy(each -> assertThat(each.path("epoch").asInt()).isZero());
            assertThat(json(command("audit", "key", "--data", data.toString(), "-o", "json")))
                    .isEqualTo(keys);
            requireSingleProofs(data, verdict);
        }
    }

    /// What the evidence proves as a whole, its parts prove one by one, over the same roots.
    private void requireSingleProofs(Path data, JsonNode verdict) throws Exception {
        var before = verdict.path("earlier_checkpoint");
        var now = verdict.path("checkpoint");
        var grown =
                proof(
                        data,
                        "consistency",
                        "--from=" + before.path("size").asText(),
                        "--to=" + now.path("size").asText());
        assertThat(grown.path("root_hash_1").asText()).isEqualTo(before.path("root").asText());
        assertThat(grown.path("root_hash_2").asText()).isEqualTo(now.path("root").asText());

        for (var partition : verdict.path("partitions")) {
            for (var record : partition.path("proved")) {
                var included =
                        proof(
                                data,
                                "inclusion",
                                "--topic=" + partition.path("topic").asText(),
                                "--partition=" + partition.path("partition").asText(),
                                "--offset=" + record.path("offset").asText());
                assertThat(included.path("leaf_index").asLong())
                        .isEqualTo(record.path("index").asLong());
            }
        }
    }

    /// The command checks it, and fails if it does not hold.
    private JsonNode proof(Path data, String... which) throws Exception {
        var line = new ArrayList<>(List.of("audit", "proof"));
        line.addAll(List.of(which));
        line.addAll(List.of("--data", data.toString(), "-o", "json"));
        return json(command(line.toArray(String[]::new)));
    }

    @Test
    void whatIsChangedOrLostOnTheDiskIsNamedAndAdmitted() throws Exception {
        var data = folder.resolve("data");
        var held = folder.resolve("held.checkpoint");
        String forged;
        JsonNode keys;
        long seen;
        try (var site = start(data)) {
            var tasks = new TaskApi(site);
            forged = tasks.submit("echo", Map.of("word", WORD), Map.of());
            var others = new ArrayList<String>();
            for (int i = 0; i < TASKS; i++) {
                others.add(tasks.submit("echo", Map.of("n", i), Map.of()));
            }
            others.add(forged);
            for (var task : others) {
                tasks.awaitState(task, "succeeded");
                awaitSigned(site, task);
            }
            keys = json(command("audit", "key", "--data", data.toString(), "-o", "json"));
            var newest =
                    json(command("audit", "checkpoints", "--data", data.toString(), "-o", "json"));
            seen = newest.path("size").asLong();
            Files.writeString(held, newest.path("checkpoint").asText());
            awaitPass(site, 1);
            assertThat(site.get("/v1/audit/scrub").path("count").asInt()).isZero();
            site.kill();
        }
        var changed = StoredLog.change(data.resolve("broker"), "millrace.task-events", WORD, OTHER);
        var loss = StoredLog.cut(data.resolve("broker"), "millrace.results", LOST);
        try (var site = start(data)) {
            awaitPass(site, site.get("/v1/audit/scrub").path("pass").asInt() + 2);

            // The scrub names the change: where it is asked, in the site's health, and in an event.
            var scrub = site.get("/v1/audit/scrub");
            assertThat(scrub.path("differences"))
                    .extracting(
                            each -> each.path("place").asText(), each -> each.path("kind").asText())
                    .containsExactly(tuple(changed, "changed"));
            assertThat(command("audit", "scrub", "--data", data.toString()).output)
                    .contains("differences: 1", changed);
            var health = SiteProcess.JSON.readTree(site.anonymous("/health").body());
            assertThat(health.path("parts").findParents("name"))
                    .filteredOn(part -> part.path("name").asText().equals("scrub"))
                    .allSatisfy(part -> {
                        assertThat(part.path("state").asText()).isEqualTo("waiting");
                        assertThat(part.path("detail").asText()).contains(changed);
                    })
                    .hasSize(1);
            var events = site.get("/v1/events?topic=millrace.audit-events").path("items");
            assertThat(events)
                    .extracting(event -> event.path("type").asText())
                    .containsExactlyInAnyOrder(
                            "dev.millrace.audit.differed", "dev.millrace.audit.recovered");
            assertThat(events.toString()).contains("\"reason\":\"the log no longer has the ");
            requireReadableByOthers(site, changed, loss.partition());

            // So does whoever checks evidence of it.
            var task = folder.resolve("forged.evidence");
            var exported =
                    command(
                            "audit",
                            "export",
                            "--data",
                            data.toString(),
                            "--task",
                            forged,
                            "-o",
                            task.toString());
            assertThat(exported.code).isEqualTo(1);
            var refused = verify(task, keys);
            assertThat(refused.code).isEqualTo(1);
            assertThat(SiteProcess.JSON.readTree(refused.output).path("flaws"))
                    .extracting(flaw -> flaw.path("where").asText())
                    .singleElement(as(STRING))
                    .startsWith("millrace.task-events-")
                    .endsWith("(" + changed + ")");

            // What was lost is admitted to whoever holds an old checkpoint, and nothing else is.
            var results = folder.resolve("results.evidence");
            int dash = loss.partition().lastIndexOf('-');
            output(
                    command(
                            "audit",
                            "export",
                            "--data",
                            data.toString(),
                            "--topic",
                            loss.partition().substring(0, dash),
                            "--partition",
                            loss.partition().substring(dash + 1),
                            "--from",
                            "0",
                            "--to",
                            "1000000",
                            "--since",
                            Long.toString(seen),
                            "-o",
                            results.toString()));
            var verdict = json(verify(results, keys, "--checkpoint", held.toString()));
            assertThat(verdict.path("verdict").asText()).as("%s", verdict).isEqualTo("proved");
            assertThat(verdict.path("earlier_checkpoint").path("size").asLong()).isEqualTo(seen);
            assertThat(verdict.path("recoveries").asInt()).isEqualTo(1);
            assertThat(verdict.path("records_lost").asInt()).isGreaterThanOrEqualTo(LOST);
            assertThat(verdict.path("not_proved").toString())
                    .contains("records held that " + loss.partition() + " lost before epoch 1");
            for (var partition : verdict.path("partitions")) {
                boolean isLossy = name(partition).equals(loss.partition());
                assertThat(partition.path("epoch").asInt())
                        .as(name(partition))
                        .isEqualTo(isLossy ? 1 : 0);
                if (isLossy) {
                    assertThat(partition.path("proved").size()).isGreaterThanOrEqualTo(loss.kept());
                }
            }
        }
    }

    /// Both are read by a program that knows Kafka and Avro and nothing of us.
    private static void requireReadableByOthers(SiteProcess site, String changed, String lossy)
            throws Exception {
        var registry = URI.create(SiteProcess.address(site.data(), Role.REGISTRY));
        try (var reader = new PlainConsumer(site.bootstrapServers(), registry)) {
            var published = PlainConsumerIT.published(reader.all(Topics.SCHEMAS));
            var payloads = new TreeMap<String, GenericRecord>();
            for (var record : reader.all(Topics.AUDIT_EVENTS.name())) {
                var decoded = reader.decode(record.value());
                PlainConsumerIT.requireReadable(record, decoded, published);
                var payload = (GenericRecord) decoded.value().get("payload");
                payloads.put(payload.getSchema().getName(), payload);
            }
            assertThat(payloads)
                    .containsOnlyKeys("HistoryDifferedRecord", "HistoryRecoveredRecord");
            var differed = Objects.requireNonNull(payloads.get("HistoryDifferedRecord"));
            assertThat(partition(differed) + "@" + differed.get("offset")).isEqualTo(changed);
            assertThat(partition(Objects.requireNonNull(payloads.get("HistoryRecoveredRecord"))))
                    .isEqualTo(lossy);
        }
    }

    private static String partition(GenericRecord payload) {
        return payload.get("topic") + "-" + payload.get("partition");
    }

    private static void awaitSigned(SiteProcess site, String task) {
        await("the end of task " + task + " is in a checkpoint")
                .atMost(PATIENCE)
                .until(
                        () -> site.post("/v1/audit/bundles", Map.of("task", task)),
                        answer ->
                                answer.statusCode() == 200
                                        && answer.body().contains("dev.millrace.task.succeeded"));
    }

    private static void awaitPass(SiteProcess site, int pass) {
        await("pass " + pass + " of the scrub ends")
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(PATIENCE)
                .until(
                        () -> site.get("/v1/audit/scrub"),
                        scrub ->
                                scrub.path("pass").asInt() > pass
                                        || (scrub.path("pass").asInt() == pass
                                                && scrub.path("state").asText().equals("waiting")));
    }

    private static String name(JsonNode partition) {
        return partition.path("topic").asText() + "-" + partition.path("partition").asInt();
    }

    private static SiteProcess start(Path data) throws IOException {
        return SiteProcess.start(
                data,
                "--set",
                "millrace.audit.checkpoint-every=200ms",
                "--set",
                "millrace.audit.scrub-every=1s",
                "--set",
                "millrace.audit.scrub-rate=64MiB");
    }

    /// Evidence of a task, once all of its records are in a checkpoint.
    private Path export(Path data, String task, String... more) {
        return await("the end of task " + task + " is in a checkpoint")
                .atMost(PATIENCE)
                .until(
                        () -> {
                            var file = folder.resolve(task + "-" + System.nanoTime());
                            var line = new ArrayList<>(List.of("audit", "export"));
                            line.addAll(List.of("--data", data.toString(), "--task", task));
                            line.addAll(List.of(more));
                            line.addAll(List.of("-o", file.toString()));
                            var ran = command(line.toArray(String[]::new));
                            output(ran);
                            return file;
                        },
                        AuditIT::hasEnd);
    }

    private static boolean hasEnd(Path bundle) {
        try {
            return new String(Files.readAllBytes(bundle), StandardCharsets.ISO_8859_1)
                    .contains("dev.millrace.task.succeeded");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Ran verify(Path bundle, JsonNode keys, String... more) throws Exception {
        var line = new ArrayList<>(List.of("audit", "verify", bundle.toString(), "-o", "json"));
        line.addAll(List.of("--key", keys.path("operator").asText()));
        for (var witness : keys.path("witnesses")) {
            line.addAll(List.of("--witness", witness.asText()));
        }
        line.addAll(List.of(more));
        return command(line.toArray(String[]::new));
    }

    /// One change the command refuses, and names; all others are refused by what the command asks.
    private void requireTamperingIsRefused(Path bundle, JsonNode keys) throws Exception {
        var whole = Files.readAllBytes(bundle);
        var forged = Files.write(folder.resolve("forged"), changed(whole, whole.length / 2));
        var refused = verify(forged, keys);
        assertThat(refused.code).isEqualTo(1);
        var verdict = SiteProcess.JSON.readTree(refused.output);
        assertThat(verdict.path("verdict").asText()).isEqualTo("refused");
        assertThat(verdict.path("flaws").path(0).path("where").asText()).isNotEmpty();

        var verifier = new BundleVerifier(trusted(keys));
        assertThat(verifier.verify(Bundle.parse(whole).encode()))
                .isInstanceOf(Verdict.Proved.class);
        var accepted =
                IntStream.iterate(0, at -> at < whole.length - HASH_BYTES, at -> at + STEP)
                        .filter(at ->
                                !(verifier.verify(changed(whole, at)) instanceof Verdict.Refused))
                        .boxed()
                        .toList();
        assertThat(accepted).isEmpty();
    }

    /// One bit is another, and the sum at the end is made to fit.
    private static byte[] changed(byte[] whole, int at) {
        var content = Arrays.copyOf(whole, whole.length - HASH_BYTES);
        content[at] ^= 1;
        var sum = HexFormat.of().parseHex(Digest.of(content).hex());
        return ByteBuffer.allocate(whole.length).put(content).put(sum).array();
    }

    private static TrustedKeys trusted(JsonNode keys) {
        return new TrustedKeys(
                List.of(VerifierKey.parse(keys.path("operator").asText())),
                StreamSupport.stream(keys.path("witnesses").spliterator(), false)
                        .map(key -> VerifierKey.parse(key.asText()))
                        .toList(),
                2);
    }

    private static List<String> types(JsonNode verdict) {
        var types = new ArrayList<String>();
        for (var partition : verdict.path("partitions")) {
            if (partition.path("topic").asText().equals("millrace.task-events")) {
                partition.path("proved").forEach(record -> types.add(record.path("type").asText()));
            }
        }
        return types;
    }

    private static JsonNode json(Ran ran) throws IOException {
        return SiteProcess.JSON.readTree(output(ran));
    }

    private static String output(Ran ran) {
        assertThat(ran.code).as("%s%s", ran.output, ran.errors).isZero();
        return ran.output;
    }

    /// What a command of another process printed, and ended with.
    private record Ran(int code, String output, String errors) {}

    private Ran command(String... arguments) throws IOException, InterruptedException {
        var output = Files.createTempFile(folder, "output", ".txt");
        var process =
                SiteProcess.command(arguments)
                        .redirectOutput(output.toFile())
                        .redirectError(folder.resolve("command-errors.txt").toFile())
                        .start();
        if (!process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the command did not end");
        }
        return new Ran(
                process.exitValue(),
                Files.readString(output),
                Files.readString(folder.resolve("command-errors.txt")));
    }
}
