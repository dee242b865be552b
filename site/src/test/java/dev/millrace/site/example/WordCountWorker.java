package dev.millrace.site.example;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.millrace.inference.work.TaskWorkers;
import dev.millrace.schemas.kind.KindLog;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.site.blobs.FolderBlobStore;
import dev.millrace.site.identity.SiteIdentity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;

/// A process that does tasks of the kinds `word.count` and `word.common` until it is stopped.
public final class WordCountWorker implements AutoCloseable {

    /// As the site's topics have them: the standard, and one copy with the site's own broker.
    private static final int PARTITIONS = 3;

    private static final short COPIES = 1;

    private final Admin admin;
    private final KindLog kinds;
    private final TaskWorkers workers;

    /// @param kafka where the site's Kafka is, `host:port`
    /// @param registry where its Schema Registry is
    /// @param data its data folder: its identity, and what is too large for the log
    public WordCountWorker(String kafka, URI registry, Path data) throws Exception {
        var client = Map.<String, Object>of("bootstrap.servers", kafka);
        admin = Admin.create(client);
        var serdes = new EventSerdes(new ConfluentSchemaStore(registry));
        var site = SiteIdentity.open(data.resolve("identity"), UUID::randomUUID).site();
        kinds =
                new KindLog(
                        client,
                        serdes,
                        site,
                        UuidCreator::getTimeOrderedEpoch,
                        InstantSource.system());
        var _ = kinds.start();
        workers =
                new TaskWorkers(
                        client,
                        serdes,
                        List.of(WordCount.kind(), CommonWord.kind()),
                        kinds,
                        new KafkaWorkQueues(admin, PARTITIONS, COPIES),
                        FolderBlobStore.open(data.resolve("blobs")),
                        site,
                        "word-count",
                        UuidCreator::getTimeOrderedEpoch,
                        InstantSource.system(),
                        new SimpleMeterRegistry());
        workers.start();
    }

    /// Lets what is under way end for up to 20 s, and gives the rest back.
    @Override
    public void close() {
        workers.close();
        kinds.close();
        admin.close();
    }

    public static void main(String... arguments) throws Exception {
        try (var worker =
                new WordCountWorker(
                        arguments[0], URI.create(arguments[1]), Path.of(arguments[2]))) {
            Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
            worker.workers.stopped().toCompletableFuture().join();
        }
    }
}
