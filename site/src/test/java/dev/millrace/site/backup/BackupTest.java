package dev.millrace.site.backup;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.site.Unprivileged;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.FolderInUse;
import dev.millrace.site.config.ConfigReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        write("broker/meta.properties", "version=1", "rw-r--r--");
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
                            "broker/meta.properties",
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
        assertThatThrownBy(() -> Backup.make(site(folder.resolve("none")), file, "1", NOW))
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining("holds no log");
    }

    @Test
    void partsThatAreLinksToAnotherDiskAreFollowed() throws Exception {
        var expected = backup();
        Files.delete(file);
        Files.createDirectory(data.resolve("blobs/incoming"));
        for (var part : List.of("identity", "token", "broker", "blobs")) {
            link(part);
        }

        assertThat(backup()).isEqualTo(expected);
    }

    @Test
    void aLinkInAPartIsRefused() throws Exception {
        link("blobs/ab/cd");

        assertThatThrownBy(this::backup)
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining(
                        "blobs: %s is a link or a device (expected: files and folders only)"
                                .formatted(data.resolve("blobs/ab/cd").toRealPath(NOFOLLOW_LINKS)));
        assertThat(folder).isDirectoryNotContaining("glob:**site.backup*");
    }

    @Test
    void aLinkToWhatIsNotThereIsRefused() throws Exception {
        link("blobs");
        Files.move(folder.resolve("disk"), folder.resolve("unplugged"));

        assertThatThrownBy(this::backup)
                .isInstanceOf(InvalidBackup.class)
                .hasMessage(
                        "blobs: %s is not there (expected: the site's own; is its disk mounted?)"
                                .formatted(data.resolve("blobs")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker/meta.properties", "identity/key.pem"})
    void whatNoSiteIsWithoutMustBeThere(String name) throws Exception {
        Files.delete(data.resolve(name));

        assertThatThrownBy(this::backup)
                .isInstanceOf(InvalidBackup.class)
                .hasMessageStartingWith("data folder %s: holds no %s".formatted(data, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker/millrace.task-events-0", "blobs/ab/cd/abcd"})
    void whatMayNotBeReadIsNamedAndLeavesNothing(String name) throws Exception {
        Files.setPosixFilePermissions(data.resolve(name), Set.of());
        try {
            assertThatThrownBy(() -> Unprivileged.call(this::backup))
                    .isInstanceOf(InvalidBackup.class)
                    .hasMessageStartingWith(
                            "backup %s: cannot be made: %s may not be read"
                                    .formatted(file, data.resolve(name)));
            assertThat(folder).isDirectoryNotContaining("glob:**site.backup*");
        } finally {
            Files.setPosixFilePermissions(
                    data.resolve(name), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aBackupThatMayNotBeReadIsNamedSo() throws Exception {
        backup();
        Files.setPosixFilePermissions(file, Set.of());

        assertThatThrownBy(
                        () -> Unprivileged.call(() -> Restore.make(file, folder.resolve("again"))))
                .isInstanceOf(InvalidBackup.class)
                .hasMessage(
                        "backup: %s (expected: a file that `millrace backup` wrote, and this user may read)"
                                .formatted(file));
        assertThatNothingIsLeft();
    }

    @Test
    void aFolderForTheBackupIsNotMadeUp() {
        file = folder.resolve("nowhere/site.backup");

        assertThatThrownBy(this::backup)
                .isInstanceOf(InvalidBackup.class)
                .hasMessage(
                        "backup: %s (expected: a new file in a folder that is there); make the folder"
                                .formatted(file));
    }

    @ParameterizedTest
    @CsvSource({
        "rw-rw-rw-, rw?, permissions of token: rw?",
        "token, '', path: empty",
        "token, tok\\u0000en, path: with a NUL"
    })
    void aManifestThatIsDamagedMakesNothing(String was, String is, String fault) throws Exception {
        Files.setPosixFilePermissions(
                data.resolve("token"), PosixFilePermissions.fromString("rw-rw-rw-"));
        backup();
        editManifest('"' + was + '"', '"' + is + '"');

        assertThatThrownBy(() -> Restore.make(file, folder.resolve("again")))
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining("manifest.json: " + fault + " (expected: ");
        assertThatNothingIsLeft();
    }

    @Test
    void aFileInPlaceOfTheDataFolderIsNotOverwritten() throws Exception {
        backup();

        assertThatThrownBy(() -> Restore.make(file, data.resolve("token")))
                .isInstanceOf(InvalidBackup.class)
                .hasMessageContaining("is a file (expected: a new folder");
        assertThatThrownBy(() -> Restore.make(file, data.resolve("token/again")))
                .isInstanceOf(InvalidBackup.class)
                .hasMessage(
                        "data folder %s: cannot be made: %s is in the way; remove it, or name another place"
                                .formatted(data.resolve("token/again"), data.resolve("token")));
    }

    @Test
    void aFullDiskIsToldInOneSentence() {
        assertThat(InvalidBackup.of("backup x", new IOException("No space left on device")))
                .hasMessage(
                        "backup x: cannot be made: No space left on device; make room or mend the"
                                + " disk, or name another place");
    }

    private Manifest backup() throws Exception {
        return Backup.make(site(data), file, "1.0", NOW);
    }

    private static SiteFiles site(Path data) throws Exception {
        return SiteFiles.of(
                ConfigReader.read(data, null, Map.of(), Map.of()),
                data.resolve("millrace.properties"));
    }

    /// Moves something to another place, and puts a link to it where it was.
    private void link(String name) throws Exception {
        var elsewhere = folder.resolve("disk").resolve(name);
        Files.createDirectories(elsewhere.getParent());
        Files.move(data.resolve(name), elsewhere);
        Files.createSymbolicLink(data.resolve(name), elsewhere);
    }

    private void editManifest(String was, String is) throws Exception {
        try (var zip = FileSystems.newFileSystem(URI.create("jar:" + file.toUri()), Map.of())) {
            var manifest = zip.getPath("/manifest.json");
            var text = Files.readString(manifest);
            assertThat(text).contains(was);
            Files.writeString(manifest, text.replace(was, is));
        }
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
