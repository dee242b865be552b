package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A site killed with -9 again and again while it takes documents in and while it starts, and
/// audited afterwards.
///
/// Where it is killed follows from [#SEED], as far as a clock allows: the points are counted in
/// answers and ended tasks, and a random time is added.
@Tag("full")
class KillIT {

    private static final long SEED = 20_261_126L;
    private static final int KILLS_OF_EACH_KIND = 7;
    private static final int DOCUMENTS_A_ROUND = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir private Path folder = Path.of(".");

    private final Random random = new Random(SEED);
    private final IngestClient ingest = new IngestClient(new SeededTexts(new Random(SEED)));
    private final List<String> kills = new ArrayList<>();

    /// When a site is killed.
    private enum Kind {
        /// Some time after its process was started, ready or not.
        STARTING,
        /// Once it has accepted so many more documents.
        ACCEPTING,
        /// Once so many more tasks have ended: chunks are being embedded and indexed.
        WORKING
    }

    @Test
    void everyAcceptedDocumentIsThereExactlyOnceAfterTwentyOneKills() throws Exception {
        for (var kind : shuffledKinds()) {
            try (var site = launch()) {
                switch (kind) {
                    case STARTING -> killWhileStarting(site);
                    case ACCEPTING -> killWhenAccepted(site);
                    case WORKING -> killWhenEnded(site);
                }
            }
        }
        assertThat(kills).hasSizeGreaterThanOrEqualTo(20);
        try (var site = launch()) {
            awaitReady(site);
            ingest.against(site, DOCUMENTS_A_ROUND).join();
            awaitAllEnded(site);
            assertThat(ingest.refusals()).as("%s", this).isEmpty();
            assertThat(site.checker().violations(ingest.accepted())).as("%s", this).isEmpty();
        }
    }

    private List<Kind> shuffledKinds() {
        var kinds = new ArrayList<Kind>();
        for (var kind : Kind.values()) {
            kinds.addAll(Collections.nCopies(KILLS_OF_EACH_KIND, kind));
        }
        Collections.shuffle(kinds, random);
        return kinds;
    }

    private SiteProcess launch() throws IOException {
        var data = folder.resolve("data");
        var command = SiteProcess.command("dev", "--data", data.toString(), "--port", "0");
        return SiteProcess.launch(command, data);
    }

    private void killWhileStarting(SiteProcess site) throws Exception {
        pause(site, "starting", 8_000);
        site.kill();
    }

    private void killWhenAccepted(SiteProcess site) throws Exception {
        awaitReady(site);
        int enough = ingest.accepted().size() + random.nextInt(1, DOCUMENTS_A_ROUND / 2);
        var run = ingest.against(site, DOCUMENTS_A_ROUND);
        await("%d documents are accepted; %s".formatted(enough, this))
                .atMost(PATIENCE)
                .until(() -> ingest.accepted().size() >= enough);
        pause(site, "accepted " + enough, 300);
        site.kill();
        run.join();
    }

    private void killWhenEnded(SiteProcess site) throws Exception {
        awaitReady(site);
        long enough = ended(site) + random.nextInt(1, DOCUMENTS_A_ROUND / 2);
        var run = ingest.against(site, DOCUMENTS_A_ROUND);
        await("%d tasks have ended; %s".formatted(enough, this))
                .atMost(PATIENCE)
                .ignoreException(IOException.class)
                .until(() -> ended(site) >= enough);
        pause(site, "ended " + enough, 1_000);
        site.kill();
        run.join();
    }

    /// Lets a random time pass.
    private void pause(SiteProcess site, String point, int mostMillis) throws InterruptedException {
        int millis = random.nextInt(mostMillis);
        kills.add(point + " + " + millis + " ms");
        assertThat(site.endsWithin(Duration.ofMillis(millis)))
                .as("the site ended by itself; %s", this)
                .isFalse();
    }

    private void awaitReady(SiteProcess site) throws IOException {
        assertThat(site.awaitReady())
                .as(
                        "the site starts after a kill; %s; %s",
                        this, Files.readString(folder.resolve("stderr.txt")))
                .isTrue();
    }

    /// What never ends is for the checker to say.
    private static void awaitAllEnded(SiteProcess site) {
        try {
            await("all tasks end")
                    .atMost(PATIENCE)
                    .ignoreException(IOException.class)
                    .until(() -> count(site, "queued") + count(site, "running") == 0);
        } catch (ConditionTimeoutException unfinished) {
            // Then accepted documents are missing somewhere.
        }
    }

    private static long ended(SiteProcess site) throws IOException, InterruptedException {
        return count(site, "succeeded") + count(site, "failed");
    }

    private static long count(SiteProcess site, String state)
            throws IOException, InterruptedException {
        long count = 0;
        for (var row : site.get("/v1/views/task-counts?state=" + state).path("items")) {
            count += row.path("count").asLong();
        }
        return count;
    }

    /// For whoever has to find out what went wrong.
    @Override
    public String toString() {
        return "seed %d, %d accepted, %d submitted again, kills %s"
                .formatted(SEED, ingest.accepted().size(), ingest.resubmitted(), kills);
    }
}
