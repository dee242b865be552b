package dev.millrace.site.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.FolderInUse;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {

    private static final Instant NOW = Instant.parse("2026-11-26T01:00:00Z");

    @TempDir private Path folder = Path.of(".");
    private Path data = folder;
    private Path file = folder;

    @BeforeEach
    void makeAFolder() throws Exception {
        data = folder.resolve("data");
        file = folder.resolve("site.backup");
        write("identity/key.pem", "key", "rw-------");
        write("identity/incarnation", "one", "rw-r--r--");
        write("token", "secret", "rw-------");
        write("broker/millrace.task-events-0/00000000000000000000.log", "log", "rw-r--r--");
        write("blobs/ab/cd/abcd", "blob", "rw-r--r--");
        write("index/segments_1", "a fold", "rw-r--r--");
        write("streams/views/0_0/db", "a fold", "rw-r--r--");
    }

    @Test
    void whatCannotBeMadeAgainComesBackAsItWas() throws Exception {
        var made = backup();

        var restored = Restore.make(file, folder.resolve("again"));

        assertThat(restored).isEqualTo(made);
        var again = folder.resolve("again");
        try (var files = Files.walk(again)) {
            assertThat(files.filter(Files::isRegularFile).map(each -> again.relativize(each)))
                    .map(Path::toString)
                    .containsExactlyInAnyOrder(
                            "identity/key.pem",
                            "token",
                            "broker/millrace.task-events-0/00000000000000000000.log",
                            "blobs/ab/cd/abcd");
        }
        assertThat(again.resolve("token")).hasContent("secret");
        assertThat(permissions(again.resolve("token"))).isEqualTo("rw-------");
        assertThat(permissions(again)).isEqualTo("rwx------");
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void aSiteThatRunsIsNotBackedUpAndDoesNotStartMeanwhile() throws Exception {
        try (var _ = DataFolder.open(data)) {
            assertThatThrownBy(this::backup).isInstanceOf(FolderInUse.class);
        }
        try (var _ = DataFolder.alone(data)) {
            assertThatThrownBy(() -> DataFolder.open(data)).isInstanceOf(FolderInUse.class);
        }
        backup();
    }

    @Test
    void aBackupThatIsThereIsNotOverwritten() throws Exception {
        backup();

        assertThatThrownBy(this::backup)
                .hasMessageContaining("exists (expected: the name of a new file)");
    }

    @Test
    void aFolderThatHoldsSomethingIsNotOverwritten() throws Exception {
        backup();

        assertThatThrownBy(() -> Restore.make(file, data))
                .hasMessageContaining("is not empty (expected: a new folder");
        assertThat(data.resolve("token")).hasContent("secret");
    }

    @Test
    void aDamagedBackupMakesNothing() throws Exception {
        backup();
        edit("token", "forged");

        assertThatThrownBy(() -> Restore.make(file, folder.resolve("again")))
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining("token has the SHA-256");
        assertThatNothingIsLeft();
    }

    @Test
    void whatIsNotInTheManifestIsRefused() throws Exception {
        backup();
        edit("broker/more.log", "smuggled");

        assertThatThrownBy(() -> Restore.make(file, folder.resolve("again")))
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining("broker/more.log is not in its manifest");
        assertThatNothingIsLeft();
    }

    @Test
    void aBackupThatWasCutShortMakesNothing() throws Exception {
        backup();
        var bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> Restore.make(file, folder.resolve("again")))
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining("damaged, or no backup");
        assertThatNothingIsLeft();
    }

    @Test
    void aFolderWithoutALogIsNoSite() {
        assertThatThrownBy(() -> Backup.make(folder.resolve("none"), file, "1", NOW))
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining("holds no log");
    }

    private Manifest backup() throws Exception {
        return Backup.make(data, file, "1.0", NOW);
    }

    private void edit(String name, String content) throws Exception {
        try (var zip = FileSystems.newFileSystem(URI.create("jar:" + file.toUri()), Map.of())) {
            var entry = zip.getPath("/" + name);
            Files.writeString(entry, content);
        }
    }

    private void assertThatNothingIsLeft() throws Exception {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(data, file);
        }
    }

    private void write(String name, String content, String permissions) throws Exception {
        var path = data.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
