package dev.millrace.site.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.config.ConfigReader;
import dev.millrace.site.config.InvalidConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecrecyTest {

    private static final Map<String, String> NONE = Map.of();

    @TempDir private Path folder = Path.of(".");
    private Path data = folder;

    @BeforeEach
    void makeASite() throws IOException {
        data = folder.resolve("data");
        write("data/token", "rw-------");
        write("data/identity/key.pem", "rw-------");
        write("data/blobs/ab/abcd", "rw-r--r--");
        permit("data", "rwx------");
        permit("data/blobs", "rwxr-xr-x"); // as the first versions made it
    }

    @Test
    void aSiteThatIsClosedHasNoFault() throws Exception {
        assertThat(examine(NONE)).isEmpty();
    }

    @Test
    void secretsThatOthersReadAreFaults() throws Exception {
        permit("data/token", "rw-r--r--");
        permit("data/identity/key.pem", "rw-r-----");
        write("data/audit-keys/operator.pem", "rw-r--r--");

        assertThat(examine(NONE))
                .containsExactly(
                        open("token", data.resolve("token")),
                        open("identity/key.pem", data.resolve("identity/key.pem")),
                        open("audit-keys/operator.pem", data.resolve("audit-keys/operator.pem")));
    }

    @Test
    void secretsAndBlobsAreLookedForWhereTheSettingsPutThem() throws Exception {
        write("etc/token", "rw-r--r--");
        write("etc/identity/key.pem", "rw-r--r--");
        write("mnt/blobs/ab/abcd", "rw-------");
        permit("mnt/blobs", "rwxr-x---");

        assertThat(
                        examine(
                                Map.of(
                                        "millrace.gateway.token-file",
                                        folder.resolve("etc/token").toString(),
                                        "millrace.identity.folder",
                                        folder.resolve("etc/identity").toString(),
                                        "millrace.blobs.folder",
                                        folder.resolve("mnt/blobs").toString())))
                .containsExactly(
                        open("token", folder.resolve("etc/token")),
                        open("identity/key.pem", folder.resolve("etc/identity/key.pem")),
                        seen("blobs", folder.resolve("mnt/blobs")));
    }

    @Test
    void aDataFolderThatOthersLookIntoIsTold() throws Exception {
        permit("data", "rwxr-xr-x");

        assertThat(examine(NONE))
                .containsExactly(seen("data folder", data), seen("blobs", data.resolve("blobs")));
    }

    private List<Finding> examine(Map<String, String> flags) throws InvalidConfig {
        return Secrecy.examine(ConfigReader.read(data, null, Map.of(), flags));
    }

    private static Finding open(String subject, Path file) {
        return Finding.bad(
                subject,
                "others than its owner may read it",
                "chmod 600 " + file + ", and make a new one if they did");
    }

    private static Finding seen(String subject, Path path) {
        return Finding.doubtful(
                subject, "others than its owner may look into it", "chmod 700 " + path);
    }

    private void write(String name, String permissions) throws IOException {
        var path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "secret");
        permit(name, permissions);
    }

    private void permit(String name, String permissions) throws IOException {
        Files.setPosixFilePermissions(
                folder.resolve(name), PosixFilePermissions.fromString(permissions));
    }
}
