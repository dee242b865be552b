package dev.millrace.site.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir Path parent;

    @Test
    void aFolderInUseIsRefusedNamingItAndItsHolder() throws Exception {
        var path = parent.resolve("data");

        try (var held = DataFolder.open(path)) {
            assertThatThrownBy(() -> DataFolder.open(path))
                    .isInstanceOf(FolderInUse.class)
                    .hasMessage(
                            "data folder %s: in use by process %d; stop that site or choose another folder"
                                    .formatted(held.path(), ProcessHandle.current().pid()));
        }
    }

    @Test
    void aFolderGivenUpCanBeTakenAgain() throws Exception {
        DataFolder.open(parent.resolve("data")).close();

        DataFolder.open(parent.resolve("data")).close();
    }

    @Test
    void aNewFolderIsForItsOwnerOnly() throws Exception {
        try (var folder = DataFolder.open(parent.resolve("data"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                    .isEqualTo("rwx------");
        }
    }
}
