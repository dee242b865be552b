package dev.millrace.site.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredHistoryTest {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    @TempDir private Path data = Path.of(".");

    @Test
    void aHistoryWaitsUntilSomebodyLetsItGoOn() throws Exception {
        write("audit/log/head");
        RestoredHistory.mark(data);
        RestoredHistory.mark(data);
        assertThat(RestoredHistory.isHeld(data)).isTrue();

        assertThat(RestoredHistory.goOn(data)).isTrue();

        assertThat(RestoredHistory.isHeld(data)).isFalse();
        assertThat(RestoredHistory.goOn(data)).isFalse();
        assertThat(data.resolve("audit/log/head")).exists();
    }

    @Test
    void aSiteWithoutHistoryWaitsForNothing() throws Exception {
        RestoredHistory.mark(data);

        assertThat(RestoredHistory.isHeld(data)).isFalse();
    }

    @Test
    void historyAndKeysAreSetAsideTogether() throws Exception {
        write("audit/log/head");
        write("audit-keys/operator.pem");
        RestoredHistory.mark(data);

        var moved = RestoredHistory.setAside(data, NOON);

        assertThat(moved)
                .containsExactly(
                        data.resolve("audit-keys-until-20261127T120000Z"),
                        data.resolve("audit-until-20261127T120000Z"));
        assertThat(moved.getLast().resolve("log/head")).exists();
        assertThat(data.resolve("audit")).doesNotExist();
        assertThat(data.resolve("audit-keys")).doesNotExist();
        assertThat(RestoredHistory.setAside(data, NOON)).isEmpty();
    }

    private void write(String path) throws IOException {
        var file = data.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "content");
    }
}
