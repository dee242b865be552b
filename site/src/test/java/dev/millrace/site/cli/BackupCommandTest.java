package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `millrace backup` and `millrace restore`, of a site whose settings put its parts elsewhere.
class BackupCommandTest {

    @TempDir private Path folder = Path.of(".");
    private Path data = folder;
    private Path again = folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeASite() throws IOException {
        data = folder.resolve("data");
        again = folder.resolve("again");
        write("data/broker/meta.properties", "log");
        write("etc/identity/key.pem", "key");
        write("etc/token", "secret");
        write("mnt/blobs/ab/abcd", "blob");
        Files.createDirectories(folder.resolve("mnt/blobs/incoming"));
    }

    @Test
    void whatTheSettingsPutElsewhereIsInTheBackupAndIsToldOfAtRestore() throws Exception {
        write(
                "data/millrace.properties",
                """
                millrace.identity.folder=%1$s/etc/identity
                millrace.blobs.folder=%1$s/mnt/blobs
                """
                        .formatted(folder));

        assertThat(backup("--set", "millrace.gateway.token-file=" + folder.resolve("etc/token")))
                .as("%s", err)
                .isZero();
        assertThat(restore()).as("%s", err).isZero();

        assertThat(restored())
                .containsExactlyInAnyOrder(
                        "broker/meta.properties",
                        "identity/key.pem",
                        "token",
                        "millrace.properties",
                        "blobs/ab/abcd");
        assertThat(err.toString().lines())
                .containsExactly(
                        elsewhere("millrace.identity.folder", "etc/identity", "identity"),
                        elsewhere("millrace.blobs.folder", "mnt/blobs", "blobs"));
    }

    @Test
    void theSignedHistoryAndItsKeysAreInTheBackup() throws Exception {
        write("data/identity/key.pem", "key");
        write("data/audit-keys/operator.pem", "key");
        write("data/audit/log/checkpoint", "checkpoint");

        assertThat(backup()).as("%s", err).isZero();
        restore();

        assertThat(restored()).contains("audit-keys/operator.pem", "audit/log/checkpoint");
    }

    @Test
    void aFileOfSettingsElsewhereIsInTheBackup() throws Exception {
        write("etc/site.properties", "millrace.identity.folder=" + folder + "/etc/identity\n");

        assertThat(backup("--config", folder.resolve("etc/site.properties").toString()))
                .as("%s", err)
                .isZero();
        restore();

        assertThat(again.resolve("millrace.properties"))
                .hasSameTextualContentAs(folder.resolve("etc/site.properties"));
    }

    @Test
    void whatTheSettingsNameMustBeThere() throws Exception {
        write("data/identity/key.pem", "another key");

        assertThat(backup("--set", "millrace.identity.folder=" + folder.resolve("nowhere")))
                .isEqualTo(1);
        assertThat(backup("--set", "millrace.blobs.folder=" + folder.resolve("etc"))).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsExactly(
                        "millrace: millrace.identity.folder: %s is not there (expected: the site's own; is its disk mounted?)"
                                .formatted(folder.resolve("nowhere")),
                        "millrace: millrace.blobs.folder: %s is no store of blobs (expected: one that the site has opened; is its disk mounted?)"
                                .formatted(folder.resolve("etc")));
        assertThat(folder.resolve("site.backup")).doesNotExist();
    }

    @Test
    void aLogInAnotherKafkaIsNotBackedUp() throws Exception {
        write("data/identity/key.pem", "key");
        write("data/millrace.properties", "millrace.kafka.bootstrap-servers=kafka:9092\n");

        assertThat(backup()).isEqualTo(1);
        assertThat(backup("--set", "millrace.kafka.bootstrap-servers=")).as("%s", err).isZero();
        assertThat(restore()).as("%s", err).isZero();

        assertThat(err.toString().lines())
                .containsExactly(
                        "millrace: kafka.bootstrap-servers: kafka:9092 (expected: none; an external Kafka is backed up by its own means; if that is the site's own broker, add --set millrace.kafka.bootstrap-servers=)",
                        "millrace: before you start it: millrace.kafka.bootstrap-servers is kafka:9092, but the log was restored to %s; remove the setting"
                                .formatted(again.resolve("broker")));
    }

    private int backup(String... options) {
        return execute(
                Stream.concat(
                        Stream.of(
                                "backup",
                                folder.resolve("site.backup").toString(),
                                "--data",
                                data.toString()),
                        Stream.of(options)));
    }

    private int restore() {
        return execute(
                Stream.of(
                        "restore",
                        folder.resolve("site.backup").toString(),
                        "--data",
                        again.toString()));
    }

    private int execute(Stream<String> arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private String elsewhere(String setting, String is, String restored) {
        return "millrace: before you start it: %s is %s, but what was restored is %s; remove the setting, or let it name that"
                .formatted(setting, folder.resolve(is), again.resolve(restored));
    }

    private List<String> restored() throws IOException {
        try (var files = Files.walk(again)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> again.relativize(file).toString())
                    .toList();
        }
    }

    private void write(String name, String content) throws IOException {
        var path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
