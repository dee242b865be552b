package dev.millrace.site.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.Unprivileged;
import dev.millrace.site.config.ConfigReader;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.disk.DiskGuard;
import dev.millrace.site.doctor.Finding.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T02:00:00Z");

    private static final long GIB = 1L << 30;

    @TempDir private Path folder = Path.of(".");

    @Test
    void olderJavaIsRefusedAndSaysWhatToInstall() {
        assertThat(Machine.java(Runtime.Version.parse("25.0.3")).verdict()).isEqualTo(Verdict.OK);
        var old = Machine.java(Runtime.Version.parse("21.0.1"));
        assertThat(old.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(old.advice()).contains("JDK 25");
    }

    @Test
    void theLessRoomTheWorse() {
        assertThat(Machine.disk("disk", 20 * GIB, GIB).verdict()).isEqualTo(Verdict.OK);
        assertThat(Machine.disk("disk", 5 * GIB, GIB).verdict()).isEqualTo(Verdict.WARN);
        assertThat(Machine.disk("disk", GIB - 1, GIB).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void whatIsCompactedCountsToo() throws Exception {
        Files.write(Files.createDirectory(folder.resolve("index")).resolve("a"), new byte[100]);
        Files.write(Files.createDirectory(folder.resolve("streams")).resolve("b"), new byte[20]);

        assertThat(DiskGuard.floor(folder, 7)).isEqualTo(127);
    }

    @Test
    void aFolderOfBlobsElsewhereIsLookedAtToo() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");

        assertThat(Machine.blobs(config(folder, Map.of()))).isEmpty();
        assertThat(
                        Machine.blobs(
                                        config(
                                                folder,
                                                Map.of("millrace.blobs.folder", file.toString())))
                                .getFirst())
                .isEqualTo(
                        Finding.bad(
                                "blobs folder",
                                file + " is no folder",
                                "name another with millrace.blobs.folder, or move that out of the"
                                        + " way"));
    }

    private static SiteConfig config(Path data, Map<String, String> settings) throws Exception {
        return ConfigReader.read(data, null, Map.of(), settings);
    }

    @Test
    void aFolderThatIsStillToBeMadeIsNoFault() throws Exception {
        assertThat(Machine.folder(config(folder.resolve("a/b"), Map.of())).getFirst())
                .isEqualTo(
                        Finding.good("data folder", folder.resolve("a/b") + ", still to be made"));
    }

    @Test
    void aFolderStillToBeMadeIsJudgedByTheNearestAboveIt() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");

        assertThat(Machine.existing(folder)).isEqualTo(folder);
        assertThat(Machine.existing(folder.resolve("new"))).isEqualTo(folder);
        assertThat(Machine.existing(folder.resolve("a/b/c"))).isEqualTo(folder);
        assertThat(Machine.folder(config(file.resolve("new"), Map.of())).getFirst())
                .isEqualTo(
                        Finding.bad(
                                "data folder",
                                file + " is no folder",
                                "name another with --data, or move that out of the way"));
    }

    @Test
    void anOrdinaryUserMayMakeAFolderInHisOwnWhateverLiesAboveIt() throws Exception {
        var own = Files.createDirectories(folder.resolve("others/own"));
        var others = folder.resolve("others");
        Files.setPosixFilePermissions(others, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThat(
                            Unprivileged.call(() ->
                                            Machine.folder(config(own.resolve("data"), Map.of())))
                                    .getFirst())
                    .isEqualTo(
                            Finding.good(
                                    "data folder", own.resolve("data") + ", still to be made"));
            assertThat(
                            Unprivileged.call(() ->
                                            Machine.folder(
                                                    config(others.resolve("data"), Map.of())))
                                    .getFirst())
                    .isEqualTo(
                            Finding.bad(
                                    "data folder",
                                    others + " cannot be written",
                                    "name another with --data, or make it writable for this"
                                            + " user"));
        } finally {
            Files.setPosixFilePermissions(others, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aKafkaWithoutWhatIsNeededIsTooOld() {
        var enough = Map.of("streams.version", 1, "share.version", 1, "transaction.version", 2);
        assertThat(KafkaExam.versions(enough).verdict()).isEqualTo(Verdict.OK);

        var old = KafkaExam.versions(Map.of("transaction.version", 2, "group.version", 1));

        assertThat(old.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(old.detail()).contains("share.version", "streams.version", "Kafka 4.2");
        assertThat(old.advice()).contains("upgrade Kafka");
    }

    @Test
    void aClockThatIsOffIsTold() {
        assertThat(RegistryExam.clock("Thu, 26 Nov 2026 02:00:03 GMT", NOW).verdict())
                .isEqualTo(Verdict.OK);
        assertThat(RegistryExam.clock("Thu, 26 Nov 2026 02:01:00 GMT", NOW))
                .satisfies(finding -> {
                    assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
                    assertThat(finding.detail()).isEqualTo("-60 s off the registry's");
                });
        assertThat(RegistryExam.clock(null, NOW).verdict()).isEqualTo(Verdict.OK);
        assertThat(RegistryExam.clock("yesterday", NOW).verdict()).isEqualTo(Verdict.OK);
    }
}
