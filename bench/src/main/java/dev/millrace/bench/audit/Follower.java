package dev.millrace.bench.audit;

import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.JavaCommand;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.audit.tree.TileFolder;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.audit.AuditApplication;
import dev.millrace.streams.audit.AuditKeys;
import dev.millrace.streams.audit.AuditSettings;
import dev.millrace.streams.audit.scrub.ScrubSettings;
import dev.millrace.streams.runtime.PlainConsumers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/// A process that reads the audited records of a broker: either as the cheapest consumer, which
/// does nothing with them, or as a site does, into trees that it signs. Ends when this one does.
final class Follower implements AutoCloseable {

    private static final String READY = "Follower ready";
    private static final String RAW = "raw ";
    private static final String TREE = "tree ";
    private static final String FOLLOW = "follow ";
    private static final String REST = "rest";

    /* As often as a site's. */
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(5);

    /* As a site's by itself; what it finds is told to a topic, and here there is nothing to find. */
    private static final ScrubSettings SCRUB = new ScrubSettings(1 << 20, Duration.ofDays(1));
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_RECORDS = 1_000;
    private static final int MOST_FETCHED = 8 << 20;
    private static final int PARTITIONS = 3;
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final long LONGEST_STOP_SECONDS = 30;

    private final Process process;
    private final BufferedReader answers;
    private final Path messages;

    private Follower(Process process, BufferedReader answers, Path messages) throws IOException {
        this.process = process;
        this.answers = answers;
        this.messages = messages;
        var _ = answer();
    }

    /// What came of reading.
    ///
    /// @param records read; of trees, those that were durable
    record Pass(long records, double seconds, double cpuSeconds) {

        double perSecond() {
            return records / seconds;
        }

        double cpuMicros() {
            return 1e6 * cpuSeconds / records;
        }
    }

    /// @param folder for its messages; there
    static Follower start(Path folder, String bootstrapServers) throws IOException {
        var messages = folder.resolve("follower-messages.txt");
        var process =
                JavaCommand.of(List.of(), Follower.class.getName(), List.of(bootstrapServers))
                        .redirectError(messages.toFile())
                        .start();
        return new Follower(
                process,
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                messages);
    }

    /// Reads so many records and does nothing with them.
    Pass raw(long records) throws IOException {
        return GatewayClient.JSON.readValue(ask(RAW + records), Pass.class);
    }

    /// Makes trees of so many records.
    ///
    /// @param folder empty, or not there
    Pass tree(Path folder, long records) throws IOException {
        return GatewayClient.JSON.readValue(ask(TREE + records + " " + folder), Pass.class);
    }

    /// Begins to make trees of all that there is and comes, and returns once it has caught up.
    ///
    /// @param records that there are
    void follow(Path folder, long records) throws IOException {
        var _ = ask(FOLLOW + records + " " + folder);
    }

    /// Ends what [#follow] began.
    void rest() throws IOException {
        var _ = ask(REST);
    }

    double cpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(process.pid());
    }

    private String ask(String word) throws IOException {
        var in = process.getOutputStream();
        in.write((word + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return answer();
    }

    private String answer() throws IOException {
        var line = answers.readLine();
        if (line == null) {
            throw new IOException("the follower ended: " + Files.readString(messages));
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /// What runs in its process.
    ///
    /// @param arguments the broker's address
    public static void main(String[] arguments) throws Exception {
        var here = new Here(Map.of("bootstrap.servers", arguments[0]), keys());
        var words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        tell(READY);
        for (var word = words.readLine(); word != null; word = words.readLine()) {
            tell(here.answer(word));
        }
        System.exit(0);
    }

    private static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static AuditKeys keys() throws NoSuchAlgorithmException {
        return new AuditKeys(
                new OperatorKey("millrace/bench", keyPair()),
                List.of(
                        new WitnessKey("millrace/bench/witness-1", keyPair()),
                        new WitnessKey("millrace/bench/witness-2", keyPair())));
    }

    private static KeyPair keyPair() throws NoSuchAlgorithmException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    /// The other side, within its process.
    private static final class Here {

        private final Map<String, Object> kafka;
        private final AuditKeys keys;
        private final List<AuditApplication> following = new ArrayList<>();

        Here(Map<String, Object> kafka, AuditKeys keys) {
            this.kafka = kafka;
            this.keys = keys;
        }

        String answer(String word) throws IOException, InterruptedException {
            if (word.equals(REST)) {
                following.removeLast().close();
                return "";
            }
            var parts = word.split(" ", 3);
            long records = Long.parseLong(parts[1]);
            if (word.startsWith(RAW)) {
                return GatewayClient.JSON.writeValueAsString(raw(records));
            }
            var folder = Path.of(parts[2]);
            var application =
                    new AuditApplication(
                            kafka,
                            folder,
                            folder.resolveSibling(folder.getFileName() + "-witnessed"),
                            keys,
                            new AuditSettings(CHECKPOINT_EVERY),
                            SCRUB,
                            new EventSerdes(new InMemorySchemaStore()),
                            new Site("bench", new UUID(0, 0)),
                            InstantSource.system(),
                            new SimpleMeterRegistry());
            var pass = tree(application, folder, records);
            if (word.startsWith(FOLLOW)) {
                following.add(application);
            } else {
                application.close();
            }
            return GatewayClient.JSON.writeValueAsString(pass);
        }

        private Pass raw(long records) throws IOException {
            double cpuBefore = cpuNow();
            long began = System.nanoTime();
            long read = 0;
            var partitions =
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(number -> new TopicPartition(AuditedRecords.TOPIC, number))
                            .toList();
            try (var consumer =
                    PlainConsumers.exact(
                            kafka, MOST_RECORDS, Map.of("fetch.max.bytes", MOST_FETCHED))) {
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                while (read < records) {
                    read += consumer.poll(POLL).count();
                }
            }
            return new Pass(read, (System.nanoTime() - began) / 1e9, cpuNow() - cpuBefore);
        }

        /// Until a checkpoint covers so many records. Of two checkpoints the one before the last
        /// counts, if it covers half: the last one may have come no sooner than it was due.
        private Pass tree(AuditApplication application, Path folder, long records)
                throws IOException, InterruptedException {
            double cpuBefore = cpuNow();
            long began = System.nanoTime();
            application.start();
            var last = new Pass(0, 0, 0);
            while (last.records < records) {
                Thread.sleep(LOOK_EVERY_MILLIS);
                long size = leaves(folder);
                if (size == last.records) {
                    continue;
                }
                var now = new Pass(size, (System.nanoTime() - began) / 1e9, cpuNow() - cpuBefore);
                if (size >= records && last.records > records / 2) {
                    return last;
                }
                last = now;
            }
            return last;
        }

        private static double cpuNow() throws IOException {
            return ProcessCost.cpuSecondsOf(ProcessHandle.current().pid());
        }

        /// How many leaves the last commits of the topic's trees have.
        private static long leaves(Path folder) throws IOException {
            var topic = folder.resolve("partitions").resolve(AuditedRecords.TOPIC);
            if (Files.notExists(topic)) {
                return 0;
            }
            long leaves = 0;
            try (var all = Files.find(topic, 4, (path, _) -> path.endsWith("head"))) {
                for (var head : all.toList()) {
                    leaves +=
                            new TileReader(new TileFolder(head.resolveSibling("")), 1)
                                    .head()
                                    .size();
                }
            }
            return leaves;
        }
    }
}
