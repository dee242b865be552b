package dev.millrace.site.outage;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskKinds;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayConfig;
import dev.millrace.gateway.GatewayPorts;
import dev.millrace.gateway.access.BearerTokens;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.commands.KafkaTaskSubmissions;
import dev.millrace.gateway.commands.SubmissionsConfig;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.inference.embed.DjlEmbedder;
import dev.millrace.inference.worker.EmbeddingWorker;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.search.indexing.IndexingConsumer;
import dev.millrace.search.lucene.LuceneSearchIndex;
import dev.millrace.search.lucene.LuceneStore;
import dev.millrace.site.blobs.FolderBlobStore;
import dev.millrace.streams.decide.DecideApplication;
import dev.millrace.streams.decide.DecideSettings;
import dev.millrace.streams.documents.DocumentsApplication;
import dev.millrace.streams.documents.DocumentsSettings;
import dev.millrace.streams.log.KafkaEventLog;
import dev.millrace.streams.views.ViewsApplication;
import dev.millrace.streams.views.ViewsSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/// All of a site but its broker and its registry: `<folder> <broker> <registry>`. Names its gateway
/// once everything works, then stays until it is killed.
final class PartsMain {

    private static final String TOKEN = "a-token-of-the-test-alone-0123456789";
    private static final String INSTANCE = "site";
    private static final int PARTITIONS = 3;
    private static final long LOOK_MILLIS = 50;

    private PartsMain() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var state = Files.createDirectories(folder.resolve("streams"));
        Files.writeString(folder.resolve("token"), TOKEN);
        var client = Map.<String, Object>of("bootstrap.servers", arguments[1]);
        var member = new HashMap<>(client);
        member.put("group.instance.id", INSTANCE);
        var site = new Site("12D3KooWTest", new UUID(0x7000, 1));
        var clock = InstantSource.system();
        var serdes = new EventSerdes(new ConfluentSchemaStore(URI.create(arguments[2])));
        serdes.registerAll();
        var blobs = FolderBlobStore.open(folder.resolve("blobs"));
        var decide =
                new DecideApplication(
                        new DecideSettings(0, INSTANCE),
                        client,
                        state,
                        serdes,
                        TaskKinds.ALL,
                        site,
                        clock);
        var documents =
                new DocumentsApplication(
                        new DocumentsSettings(1), client, state, serdes, blobs, site, clock);
        var views =
                new ViewsApplication(ViewsSettings.of(PARTITIONS), client, state, serdes, clock);
        var embedder = new DjlEmbedder(folder.resolve("models"));
        var store = LuceneStore.open(folder.resolve("index"), embedder.model().dimensions());
        var indexing = new IndexingConsumer(client, serdes, store, site, INSTANCE, clock);
        var worker = new EmbeddingWorker(member, serdes, embedder, site, INSTANCE, clock);
        var submissions = new KafkaTaskSubmissions(client, serdes, SubmissionsConfig.DEFAULT);
        decide.start();
        documents.start();
        views.start();
        indexing.start();
        worker.start();
        submissions.start();
        embedder.loadAsync(_ -> {}).toCompletableFuture().join();
        var gateway =
                new Gateway(
                        GatewayConfig.onLoopback(0, "test"),
                        tokens(),
                        new GatewayPorts(
                                submissions,
                                views.views(),
                                new KafkaEventLog(client, serdes),
                                new LuceneSearchIndex(store, embedder),
                                blobs,
                                WriteGate.OPEN,
                                () -> new Readiness(true, List.of())),
                        site,
                        UuidCreator::getTimeOrderedEpoch,
                        clock);
        int port = gateway.start().toCompletableFuture().join();
        var never = new CountDownLatch(1);
        while (!(decide.isReady()
                && documents.isReady()
                && views.isReady()
                && indexing.isReady()
                && worker.isReady()
                && submissions.isReady())) {
            var _ = never.await(LOOK_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
        System.out.println("ready: http://127.0.0.1:" + port);
        never.await();
    }

    private static BearerTokens tokens() {
        return new BearerTokens(
                Map.of(
                        TOKEN,
                        new Principal(
                                "test",
                                Envelope.DEFAULT_TENANT,
                                Set.of(Role.ADMIN),
                                new Actor("admin", Actor.Proof.LOCAL))));
    }
}
