package dev.millrace.site;

import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.embed.DjlEmbedder;
import dev.millrace.inference.worker.WorkerUnderFire;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.search.indexing.IndexingConsumer;
import dev.millrace.search.lucene.NotesUnderFire;
import dev.millrace.site.config.ConfigReader;
import dev.millrace.site.identity.SiteIdentity;
import dev.millrace.site.role.Role;
import dev.millrace.site.runtime.Site;
import dev.millrace.streams.decide.DecideApplication;
import dev.millrace.streams.decide.DecideSettings;
import dev.millrace.streams.decide.ForgetfulDecide;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.UUID;

/// A whole site whose `decide`, worker and index are put beside the other roles by hand, so that a
/// fault can be planted into them and the process can end itself at a chosen point. Nothing in the
/// program can bring about either: this class and the three it calls are tests.
///
/// Arguments: the data folder, a [Fault], a [Halt].
final class SiteUnderFire {

    /// What the process ends with when it ends itself: as if by `kill -9`.
    static final int KILLED = 137;

    private static final String INSTANCE = "site";
    private static final MeterRegistry METERS = new SimpleMeterRegistry();

    /// What is wrong with the site.
    enum Fault {
        NONE,
        /// Embeddings are written outside of a transaction.
        NO_TRANSACTION,
        /// The index keeps its offsets beside its commits.
        OFFSETS_BESIDE_COMMIT,
        /// `decide` does not look at the last applied offset.
        FORGOTTEN_OFFSETS
    }

    /// Where the site ends itself.
    enum Halt {
        NEVER,
        /// Once the first embeddings are written, before they are committed.
        BEFORE_EMBEDDINGS_COMMIT,
        /// Before the first commit of the index that holds something.
        BEFORE_INDEX_COMMIT
    }

    private SiteUnderFire() {}

    public static void main(String[] arguments) throws Exception {
        var data = Path.of(arguments[0]);
        var fault = Fault.valueOf(arguments[1]);
        var halt = Halt.valueOf(arguments[2]);
        // Nobody searches here, but the gateway wants to know where.
        var config =
                ConfigReader.read(
                        data,
                        null,
                        Map.of(),
                        Map.of(
                                "millrace.partitions", "1",
                                "millrace.gateway.port", "0",
                                "millrace.management.port", "0",
                                "millrace.broker.port", "0",
                                "millrace.registry.port", "0",
                                "millrace.search.urls", "http://127.0.0.1:1"));
        var others = EnumSet.complementOf(EnumSet.of(Role.DECIDE, Role.WORKER, Role.SEARCH));
        try (var site = Site.start(config, others, _ -> {});
                var embedder = new DjlEmbedder(BuiltInModel.ofNewSites(), data.resolve("models"))) {
            var parts = new SiteUnderFire.Foundation(data);
            var decide = parts.decide(fault);
            decide.start();
            var indexing = parts.indexing(fault, halt, embedder);
            indexing.start();
            var worker =
                    new WorkerUnderFire(
                            parts.kafka(),
                            parts.serdes(),
                            embedder,
                            parts.site(),
                            INSTANCE,
                            InstantSource.system(),
                            haltIf(halt == Halt.BEFORE_EMBEDDINGS_COMMIT));
            (fault == Fault.NO_TRANSACTION ? worker.withoutTransaction() : worker.sound()).start();
            while (!decide.isReady() || !indexing.isReady()) {
                Thread.sleep(20);
            }
            System.out.println("Gateway ready: " + site.gateway());
            System.out.flush();
            embedder.loadAsync(_ -> {}).toCompletableFuture().join();
            site.awaitClose();
        }
    }

    private static Runnable haltIf(boolean halts) {
        return halts ? () -> Runtime.getRuntime().halt(KILLED) : () -> {};
    }

    /// What the parts under fire stand on.
    private record Foundation(
            Path data,
            Map<String, Object> kafka,
            EventSerdes serdes,
            dev.millrace.domain.event.Site site) {

        Foundation(Path data) throws Exception {
            this(
                    data,
                    Map.of("bootstrap.servers", SiteProcess.address(data, Role.BROKER)),
                    new EventSerdes(
                            new ConfluentSchemaStore(
                                    URI.create(SiteProcess.address(data, Role.REGISTRY)))),
                    SiteIdentity.open(data.resolve("identity"), UUID::randomUUID).site());
        }

        DecideApplication decide(Fault fault) throws Exception {
            var settings = new DecideSettings(0, INSTANCE, TaskDecider.USUAL_PATIENCE);
            var state = Files.createDirectories(data.resolve("streams"));
            var clock = InstantSource.system();
            var claims = new ClaimKey(new byte[32]); // only the site itself works here
            return fault == Fault.FORGOTTEN_OFFSETS
                    ? ForgetfulDecide.of(
                            settings, kafka, state, serdes, claims, site, clock, METERS)
                    : new DecideApplication(
                            settings, kafka, state, serdes, claims, site, clock, METERS);
        }

        IndexingConsumer indexing(Fault fault, Halt halt, DjlEmbedder embedder) throws Exception {
            var folder = data.resolve("index");
            var model = embedder.model();
            var brink = haltIf(halt == Halt.BEFORE_INDEX_COMMIT);
            var store =
                    fault == Fault.OFFSETS_BESIDE_COMMIT
                            ? NotesUnderFire.beside(folder, model, brink)
                            : NotesUnderFire.sound(folder, model, brink);
            return new IndexingConsumer(
                    kafka, serdes, store, site, INSTANCE, InstantSource.system(), METERS);
        }
    }
}
