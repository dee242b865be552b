package dev.millrace.site.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.StorageFull;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBlobStoreTest {

    private static final byte[] CONTENT = "all there is".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;

    @Test
    void contentComesBackUnderItsDigest() throws Exception {
        var digest = FolderBlobStore.open(folder).put(CONTENT);

        assertThat(digest).isEqualTo(Digest.of(CONTENT));
        assertThat(FolderBlobStore.open(folder).get(digest)).isEqualTo(CONTENT);
    }

    @Test
    void whatItMakesIsForItsOwnerOnly() throws Exception {
        var store = folder.resolve("new/store");
        FolderBlobStore.open(store).put(CONTENT);

        try (var made = Files.walk(folder.resolve("new"))) {
            assertThat(made)
                    .hasSize(6)
                    .allSatisfy(path ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(path)))
                                    .as("%s", path)
                                    .isEqualTo(
                                            Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void puttingTheSameContentAgainLeavesItsFileAlone() throws Exception {
        var store = FolderBlobStore.open(folder);
        var digest = store.put(CONTENT);
        var key = Files.readAttributes(fileOf(digest), "unix:ino");

        store.put(CONTENT);

        assertThat(Files.readAttributes(fileOf(digest), "unix:ino")).isEqualTo(key);
    }

    @Test
    void damagedContentIsNotHandedOutAndIsRepairedByPuttingItAgain() throws Exception {
        var store = FolderBlobStore.open(folder);
        var digest = store.put(CONTENT);
        Files.writeString(fileOf(digest), "something else");

        assertThatThrownBy(() -> store.get(digest))
                .isInstanceOf(BlobLost.class)
                .hasMessageContaining("is damaged");

        store.put(CONTENT);
        assertThat(store.get(digest)).isEqualTo(CONTENT);
    }

    @Test
    void contentThatIsNotThereIsNotFound() throws Exception {
        var store = FolderBlobStore.open(folder);

        assertThatThrownBy(() -> store.get(Digest.of(CONTENT)))
                .isInstanceOf(BlobLost.class)
                .hasMessageContaining("there is none");
    }

    @Test
    void whatACrashLeftHalfWrittenIsRemovedADayLater() throws Exception {
        FolderBlobStore.open(folder);
        var left = Files.writeString(folder.resolve("incoming/half"), "hal");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        var beingWritten = Files.writeString(folder.resolve("incoming/other"), "oth");

        FolderBlobStore.open(folder);

        assertThat(folder.resolve("incoming")).isDirectoryContaining(beingWritten::equals);
        assertThat(left).doesNotExist();
    }

    @Test
    void contentOverTheLimitIsRefused() throws Exception {
        var store = FolderBlobStore.open(folder, CONTENT.length, DurableFile::write);
        store.put(CONTENT);

        assertThatThrownBy(() -> store.put(new byte[CONTENT.length + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("blob: 13 bytes (expected: 0..12)");
    }

    @Test
    void storeThatIsAwayHasLostNothing() throws Exception {
        var store = FolderBlobStore.open(folder.resolve("disk"));
        var digest = store.put(CONTENT);
        Files.move(folder.resolve("disk"), folder.resolve("unplugged"));

        assertThatThrownBy(() -> store.get(digest))
                .isInstanceOf(NoSuchFileException.class)
                .isNotInstanceOf(BlobLost.class);

        Files.move(folder.resolve("unplugged"), folder.resolve("disk"));
        assertThat(store.get(digest)).isEqualTo(CONTENT);
    }

    @Test
    void fileThatCannotBeReadNowHasLostNothing() throws Exception {
        var store = FolderBlobStore.open(folder);
        var digest = store.put(CONTENT);
        Files.delete(fileOf(digest));
        Files.createDirectory(fileOf(digest)); // reading a folder fails for root, too

        assertThatThrownBy(() -> store.get(digest))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(BlobLost.class);
    }

    @Test
    void fullDiskIsNamedSoAndNothingIsLeftOfTheBlob() throws Exception {
        var full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "a device that is always full");
        var store =
                FolderBlobStore.open(
                        folder,
                        CONTENT.length,
                        (_, _, content, _) -> {
                            try (var device = FileChannel.open(full, StandardOpenOption.WRITE)) {
                                device.write(ByteBuffer.wrap(content));
                            }
                        });

        assertThatThrownBy(() -> store.put(CONTENT))
                .isInstanceOf(StorageFull.class)
                .hasMessage("blob: no room for 12 bytes");

        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void writingThatFailsLeavesNoPart() throws Exception {
        var store = FolderBlobStore.open(folder);
        var file = fileOf(Digest.of(CONTENT));
        Files.createDirectories(file.resolve("in the way"));

        assertThatThrownBy(() -> store.put(CONTENT))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(StorageFull.class);
        assertThatThrownBy(() ->
                        DurableFile.write(
                                folder.resolve("incoming/part"),
                                file,
                                CONTENT,
                                DurableFile.READABLE))
                .isInstanceOf(IOException.class);

        assertThat(folder.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void manyWritersOfTheSameContentStoreItOnce() throws Exception {
        var store = FolderBlobStore.open(folder);
        var writers = new ArrayList<Callable<Digest>>();
        for (int i = 0; i < 16; i++) {
            writers.add(() -> store.put(CONTENT));
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.invokeAll(writers))
                    .extracting(Future::get)
                    .containsOnly(Digest.of(CONTENT));
        }

        assertThat(store.get(Digest.of(CONTENT))).isEqualTo(CONTENT);
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    @Test
    void aLongTextIsHeldByTheStoreAndAShortOneByItsRecord() throws Exception {
        var store = FolderBlobStore.open(folder);
        var longText = "é".repeat(Content.MAX_INLINE_BYTES);

        assertThat(store.hold("short")).isInstanceOf(Content.Inline.class);
        assertThat(store.hold(longText)).isInstanceOf(Content.Stored.class);
        assertThat(store.text(store.hold(longText))).isEqualTo(longText);
    }

    private Path fileOf(Digest digest) {
        var hex = digest.hex();
        return folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
    }
}
