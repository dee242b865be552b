package dev.millrace.site.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditKeyFilesTest {

    @TempDir Path folder;

    private Path keys;
    private Path history;
    private PeerId site;

    @BeforeEach
    void makeAnIdentity() throws IOException {
        keys = folder.resolve("audit-keys");
        history = folder.resolve("audit");
        site = SiteIdentity.open(folder.resolve("identity"), UUID::randomUUID).peer();
    }

    @Test
    void keysAreMadeOnceAndKept() throws Exception {
        var made = AuditKeyFiles.open(keys, history, site);
        var again = AuditKeyFiles.open(keys, history, site);

        assertThat(made.operator().shown().name()).isEqualTo("millrace/" + site.text());
        assertThat(made.witnesses())
                .extracting(witness -> witness.shown().name())
                .containsExactly(
                        "millrace/" + site.text() + "/witness-1",
                        "millrace/" + site.text() + "/witness-2");
        assertThat(again.operator().shown()).isEqualTo(made.operator().shown());
        assertThat(again.witnesses())
                .extracting(WitnessKey::shown)
                .containsExactlyElementsOf(
                        made.witnesses().stream().map(WitnessKey::shown).toList());
    }

    @Test
    void eachIsAnotherAndForItsOwnerOnly() throws Exception {
        var made = AuditKeyFiles.open(keys, history, site);

        assertThat(made.witnesses())
                .extracting(witness -> witness.shown().key())
                .doesNotHaveDuplicates()
                .doesNotContain(made.operator().shown().key());
        try (var files = Files.list(keys)) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(file ->
                            assertThat(Files.getPosixFilePermissions(file))
                                    .isEqualTo(DurableFile.PRIVATE));
        }
    }

    @Test
    void whatIsNoKeyIsRefused() throws Exception {
        AuditKeyFiles.open(keys, history, site);
        Files.writeString(keys.resolve("witness-2.pem"), "no key");

        assertThatThrownBy(() -> AuditKeyFiles.open(keys, history, site))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("audit-keys: not the audit keys of a site: no ");
    }

    @Test
    void whatSignedAHistoryIsNotMadeAnew() throws Exception {
        AuditKeyFiles.open(keys, history, site);
        Files.createDirectories(history.resolve("log"));
        Files.writeString(history.resolve("log/head"), "a history");
        Files.delete(keys.resolve("witness-1.pem"));

        assertThatThrownBy(() -> AuditKeyFiles.open(keys, history, site))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("witness-1.pem is gone, which the history in ")
                .hasMessageContaining("millrace audit begin");
        assertThat(keys.resolve("witness-1.pem")).doesNotExist();
    }
}
