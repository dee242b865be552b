package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.site.SiteUnderFire.Fault;
import dev.millrace.site.SiteUnderFire.Halt;
import dev.millrace.site.audit.Violation;
import dev.millrace.site.broker.BrokerConfig;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import dev.millrace.streams.decide.DecideSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The kills and the checker put to the test themselves: a site from which one safeguard was taken
/// is ended where that safeguard matters, and the checker must see it; the same ends leave no trace
/// on a site that is whole.
///
/// Sites with one partition, so that when the last document is through, all before it have been
/// dealt with.
@Tag("full")
class PlantedFaultIT {

    private static final long SEED = 7L;
    private static final int DOCUMENTS = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir private Path folder = Path.of(".");

    private final IngestClient ingest = new IngestClient(new SeededTexts(new Random(SEED)));

    @Test
    void withoutTheTransactionVectorsAreDoubled() throws Exception {
        endItself(Fault.NO_TRANSACTION, Halt.BEFORE_EMBEDDINGS_COMMIT);

        assertThat(audit(Fault.NO_TRANSACTION))
                .hasAtLeastOneElementOfType(Violation.DoubledVector.class);
    }

    @Test
    void withTheOffsetsBesideTheCommitChunksAreNotFound() throws Exception {
        endItself(Fault.OFFSETS_BESIDE_COMMIT, Halt.BEFORE_INDEX_COMMIT);

        assertThat(audit(Fault.OFFSETS_BESIDE_COMMIT))
                .hasAtLeastOneElementOfType(Violation.NotSearchable.class);
    }

    @Test
    void withoutTheAppliedOffsetsCommandsAreDecidedTwice() throws Exception {
        killAndReset(Fault.FORGOTTEN_OFFSETS);

        assertThat(audit(Fault.FORGOTTEN_OFFSETS))
                .hasAtLeastOneElementOfType(Violation.TwoOutcomes.class);
    }

    @Test
    void sameEndsLeaveNoTraceOnASiteThatIsWhole() throws Exception {
        endItself(Fault.NONE, Halt.BEFORE_EMBEDDINGS_COMMIT);
        endItself(Fault.NONE, Halt.BEFORE_INDEX_COMMIT);
        killAndReset(Fault.NONE);

        assertThat(audit(Fault.NONE)).isEmpty();
    }

    /// Lets a site run until it ends itself.
    private void endItself(Fault fault, Halt halt) throws Exception {
        try (var site = launch(fault, halt)) {
            boolean isReady = site.awaitReady();
            if (isReady) { // what is in the log already may end it before
                ingest.against(site, DOCUMENTS).join();
            }
            assertThat(site.endsWithin(PATIENCE)).as("%s: it ends itself", halt).isTrue();
            assertThat(site.exitCode())
                    .as(Files.readString(folder.resolve("stderr.txt")))
                    .isEqualTo(SiteUnderFire.KILLED);
        }
    }

    /// Kills a site that has decided something, and makes its group forget what it has read.
    private void killAndReset(Fault fault) throws Exception {
        try (var site = launch(fault, Halt.NEVER)) {
            awaitReady(site);
            ingest.against(site, DOCUMENTS).join();
            site.kill();
        }
        var config = new BrokerConfig(0, Duration.ofMinutes(2), Duration.ofSeconds(15));
        try (var data = DataFolder.open(folder.resolve("data"));
                var broker = EmbeddedBroker.start(data, config);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            await("the dead site's membership ends, and with it the group can")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreException(ExecutionException.class)
                    .untilAsserted(() ->
                            assertThat(
                                            admin.deleteConsumerGroups(
                                                            List.of(DecideSettings.APPLICATION_ID))
                                                    .all()
                                                    .get())
                                    .isNull());
        }
    }

    /// What the checker sees once everything that will be dealt with has been.
    private List<Violation> audit(Fault fault) throws Exception {
        try (var site = launch(fault, Halt.NEVER)) {
            awaitReady(site);
            ingest.against(site, 0).join();
            ingest.against(site, 1).join();
            var last = ingest.accepted().getLast();
            await("the last document is through")
                    .atMost(PATIENCE)
                    .ignoreException(IOException.class)
                    .until(() ->
                            site.get("/v1/tasks/" + last.task())
                                    .path("state")
                                    .asText()
                                    .equals("succeeded"));
            assertThat(ingest.refusals()).isEmpty();
            return site.checker().violations(ingest.accepted());
        }
    }

    private void awaitReady(SiteProcess site) throws IOException {
        assertThat(site.awaitReady()).as(Files.readString(folder.resolve("stderr.txt"))).isTrue();
    }

    private SiteProcess launch(Fault fault, Halt halt) throws IOException {
        var data = folder.resolve("data");
        var command = SiteProcess.command(data.toString(), fault.name(), halt.name());
        var line = command.command();
        line.set(line.indexOf("dev.millrace.site.cli.Main"), SiteUnderFire.class.getName());
        return SiteProcess.launch(command, data);
    }
}
