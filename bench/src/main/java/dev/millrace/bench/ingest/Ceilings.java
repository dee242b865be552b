package dev.millrace.bench.ingest;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.JavaCommand;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.view.Position;
import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.embed.DjlEmbedder;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.TopicProvisioner;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.search.lucene.LuceneStore;
import dev.millrace.site.broker.BrokerConfig;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The three things that no ingest can be faster than, each alone on the machine, with the chunks
/// and settings of the site: the model, a producer with its broker, and the index writer.
///
/// Runs in a JVM of its own, which ends with the round.
///
/// @param model the embedding model: batches of [#BATCH] texts, two waiting, one being computed
/// @param producer embedding records, ready made, into a broker of its own: acks=all, idempotent
/// @param index the Lucene writer: one thread, a commit every [#COMMIT_CHUNKS] chunks or second
record Ceilings(Rate model, Rate producer, Rate index) {

    /// As many chunks as the site's embedding worker takes at once.
    static final int BATCH = 512;

    /// As many chunks as the site's index puts into one commit, at most.
    static final int COMMIT_CHUNKS = 5_000;

    private static final Duration COMMIT_AGE = Duration.ofSeconds(1);
    private static final BuiltInModel MODEL = BuiltInModel.ofNewSites();
    private static final int PARTITIONS = 3;
    private static final int LINGER_MILLIS = 5;
    private static final Site SITE = new Site("bench", new UUID(0, 0));
    private static final Actor ACTOR = new Actor("bench", Actor.Proof.WORKER);

    /// Measures in a JVM like this one.
    ///
    /// @param folder for what is written; there and empty
    static Ceilings measure(Workload workload, Path folder)
            throws IOException, InterruptedException {
        var process =
                JavaCommand.of(
                                List.of(),
                                Ceilings.class.getName(),
                                List.of(
                                        folder.toString(),
                                        GatewayClient.JSON.writeValueAsString(workload)))
                        .redirectError(folder.resolve("messages.txt").toFile())
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(
                    "the ceilings could not be measured: "
                            + Files.readString(folder.resolve("messages.txt")));
        }
        return GatewayClient.JSON.readValue(output, Ceilings.class);
    }

    /// Measures in this JVM, and prints what was found as JSON.
    ///
    /// @param arguments a folder, and the workload as JSON
    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var workload = GatewayClient.JSON.readValue(arguments[1], Workload.class);
        var warmUp = CutText.of(workload.warmUpTexts());
        var chunks = CutText.of(workload.texts());

        var vectors = new ArrayList<Vector>(warmUp.size() + chunks.size());
        Rate model;
        try (var embedder = new DjlEmbedder(MODEL, folder.resolve("models"))) {
            embedder.loadAsync(_ -> {}).toCompletableFuture().join();
            embed(embedder, warmUp, vectors);
            model = timed(chunks.size(), () -> embed(embedder, chunks, vectors));
        }
        var first = envelopes(warmUp, vectors.subList(0, warmUp.size()));
        var rest = envelopes(chunks, vectors.subList(warmUp.size(), vectors.size()));
        var producer = produce(folder.resolve("site"), first, rest);
        var index = write(folder.resolve("index"), first, rest);
        System.out.println(
                GatewayClient.JSON.writeValueAsString(new Ceilings(model, producer, index)));
        System.out.flush();
        System.exit(0);
    }

    private static void embed(DjlEmbedder embedder, List<CutText> chunks, List<Vector> into) {
        var waiting = new ArrayDeque<CompletionStage<List<Vector>>>();
        for (int from = 0; from < chunks.size(); from += BATCH) {
            var batch = chunks.subList(from, Math.min(chunks.size(), from + BATCH));
            waiting.add(embedder.embed(batch.stream().map(CutText::input).toList()));
            if (waiting.size() > 2) {
                into.addAll(waiting.remove().toCompletableFuture().join());
            }
        }
        waiting.forEach(batch -> into.addAll(batch.toCompletableFuture().join()));
    }

    private static Rate produce(
            Path folder, List<Envelope<Embedding>> warmUp, List<Envelope<Embedding>> measured)
            throws Exception {
        var config = new BrokerConfig(0, Duration.ofMinutes(2), Duration.ofSeconds(15));
        try (var data = DataFolder.open(folder);
                var broker = EmbeddedBroker.start(data, config)) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (var admin = Admin.create(client)) {
                new TopicProvisioner(admin).provision(PARTITIONS, (short) 1);
            }
            var serdes = new EventSerdes(new InMemorySchemaStore());
            var settings =
                    Map.<String, Object>of(
                            "bootstrap.servers",
                            broker.bootstrapServers(),
                            ProducerConfig.ACKS_CONFIG,
                            "all",
                            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                            true,
                            ProducerConfig.LINGER_MS_CONFIG,
                            LINGER_MILLIS);
            try (var producer =
                    new KafkaProducer<>(
                            settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                send(producer, records(serdes, warmUp));
                var records = records(serdes, measured);
                return timed(records.size(), () -> send(producer, records));
            }
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records)
            throws Exception {
        var answers = new ArrayList<Future<RecordMetadata>>(records.size());
        for (var record : records) {
            answers.add(producer.send(record));
        }
        producer.flush();
        for (var answer : answers) {
            answer.get();
        }
    }

    private static Rate write(
            Path folder, List<Envelope<Embedding>> warmUp, List<Envelope<Embedding>> measured)
            throws Exception {
        try (var store = LuceneStore.open(folder, MODEL.model())) {
            write(store, warmUp);
            return timed(measured.size(), () -> write(store, measured));
        }
    }

    private static void write(LuceneStore store, List<Envelope<Embedding>> envelopes)
            throws IOException {
        int uncommitted = 0;
        long began = System.nanoTime();
        for (var envelope : envelopes) {
            var embedding = envelope.messageOrNull();
            if (embedding != null) {
                store.upsert(envelope, embedding);
                uncommitted++;
            }
            if (uncommitted == COMMIT_CHUNKS || System.nanoTime() - began >= COMMIT_AGE.toNanos()) {
                store.commit(Position.START, Position.START);
                uncommitted = 0;
                began = System.nanoTime();
            }
        }
        store.commit(Position.START, Position.START);
    }

    private static List<Envelope<Embedding>> envelopes(List<CutText> chunks, List<Vector> vectors) {
        var envelopes = new ArrayList<Envelope<Embedding>>(chunks.size());
        var now = Instant.now();
        for (int i = 0; i < chunks.size(); i++) {
            var chunk = chunks.get(i);
            var embedding =
                    new Embedding(
                            chunk.id(),
                            chunk.passage(),
                            vectors.get(i),
                            MODEL.model(),
                            "site",
                            Digest.of(chunk.input()));
            envelopes.add(
                    Envelope.first(
                            DerivedId.of("bench", chunk.id().toString()),
                            now,
                            Envelope.DEFAULT_TENANT,
                            Labels.DEFAULT,
                            ACTOR,
                            SITE,
                            embedding));
        }
        return envelopes;
    }

    private static List<ProducerRecord<byte[], byte[]>> records(
            EventSerdes serdes, List<Envelope<Embedding>> envelopes) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>(envelopes.size());
        try (var serializer = serdes.of(Topics.EMBEDDINGS).serializer()) {
            for (var envelope : envelopes) {
                var embedding = envelope.messageOrNull();
                if (embedding == null) {
                    continue;
                }
                var key = embedding.chunk().toString();
                var typed =
                        EventProducerRecords.record(Topics.EMBEDDINGS, PARTITIONS, key, envelope);
                var headers = new RecordHeaders();
                records.add(
                        new ProducerRecord<>(
                                typed.topic(),
                                typed.partition(),
                                key.getBytes(StandardCharsets.UTF_8),
                                serializer.serialize(typed.topic(), headers, envelope),
                                headers));
            }
        }
        return records;
    }

    private static Rate timed(long chunks, Work work) throws Exception {
        double cpuBefore = cpuSeconds();
        long began = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Rate(chunks, seconds, cpuSeconds() - cpuBefore);
    }

    static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
                / 1e9;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }
}
