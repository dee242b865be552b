package dev.millrace.inference.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArchiveTest {

    private static final String ARCHIVE = "/dev/millrace/inference/models/hashed-ngrams-1.zip";

    @Test
    void unpacksOnceAndWholly(@TempDir Path parent) throws IOException {
        var archive = new ModelArchive(ARCHIVE, "m");

        var first = archive.unpack(parent.resolve("made/for/it"));
        var time = Files.getLastModifiedTime(first.resolve("saved_model.pb"));
        var second = archive.unpack(parent.resolve("made/for/it"));

        assertThat(second).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.resolve("saved_model.pb"))).isEqualTo(time);
        assertThat(first.resolve("variables")).isNotEmptyDirectory();
        try (var beside = Files.list(first.resolveSibling("."))) {
            assertThat(beside).hasSize(1);
        }
    }

    @Test
    void saysWhatIsMissing(@TempDir Path parent) {
        assertThatThrownBy(() -> new ModelArchive("/no/such.zip", "m").unpack(parent))
                .isInstanceOf(IOException.class)
                .hasMessage("model: /no/such.zip (expected: on the class path)");
    }
}
