package dev.millrace.site.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.site.role.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
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
    void processesShareAFolderUnlessTheyHaveTheSameRoleAndName() throws Exception {
        var path = parent.resolve("data");

        try (var views = DataFolder.open(path, "site", Set.of(Role.VIEWS));
                var search = DataFolder.open(path, "site", Set.of(Role.SEARCH));
                var other = DataFolder.open(path, "views-2", Set.of(Role.VIEWS))) {
            assertThat(search.streams()).isEqualTo(views.streams());
            assertThat(other.streams()).isNotEqualTo(views.streams());
            assertThat(other.identity()).isEqualTo(views.identity());
            assertThatThrownBy(() -> DataFolder.open(path, "site", Set.of(Role.DECIDE, Role.VIEWS)))
                    .isInstanceOf(FolderInUse.class);
            DataFolder.open(path, "site", Set.of(Role.DECIDE)).close();
        }
        DataFolder.open(path).close();
    }

    @Test
    void aSiteHasOneHistoryWhateverItsInstancesAreCalled() throws Exception {
        var path = parent.resolve("data");

        try (var audit = DataFolder.open(path, "gateway-2", Set.of(Role.AUDIT))) {
            assertThat(audit.audit()).isEqualTo(path.resolve("audit"));
            assertThatThrownBy(() -> DataFolder.open(path, "site", Set.of(Role.AUDIT)))
                    .isInstanceOf(FolderInUse.class);
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

    @Test
    void aFolderThatIsThereKeepsItsPermissions() throws Exception {
        var path = Files.createDirectory(parent.resolve("data"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));

        DataFolder.open(path).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwxr-xr-x");
    }
}
