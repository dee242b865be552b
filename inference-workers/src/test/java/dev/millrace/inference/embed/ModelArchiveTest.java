package dev.millrace.inference.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
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
    void whatTheWeightsAreMadeFromIsToldBesideThem(@TempDir Path parent) throws IOException {
        var model = BuiltInModel.STATIC_MINILM;

        var folder = model.archive().unpack(parent);

        assertThat(folder.getFileName().toString()).startsWith("static-minilm-1-");
        assertThat(folder.resolve("saved_model.pb")).isRegularFile();
        assertThat(folder.resolve("variables")).isNotEmptyDirectory();
        assertThat(folder.resolve("tokenizer.json")).isRegularFile();
        assertThat(folder.resolve("NOTICE")).content().contains("all-MiniLM-L6-v2", "Apache");
    }

    @Test
    void processesThatUnpackAtOnceShareWhatTheFirstOneMade(@TempDir Path parent) throws Exception {
        var archive = new ModelArchive(ARCHIVE, "hashed-ngrams");
        var start = new CyclicBarrier(3);
        Callable<Path> unpacking =
                () -> {
                    start.await();
                    return archive.unpack(parent);
                };
        try (var threads = Executors.newFixedThreadPool(3)) {
            var folders = new HashSet<Path>();
            for (var folder : threads.invokeAll(List.of(unpacking, unpacking, unpacking))) {
                folders.add(folder.get());
            }
            assertThat(folders).hasSize(1);
        }
        try (var all = Files.list(parent)) {
            assertThat(all).hasSize(1);
        }
    }

    @Test
    void saysWhatIsMissing(@TempDir Path parent) {
        assertThatThrownBy(() -> new ModelArchive("/no/such.zip", "m").unpack(parent))
                .isInstanceOf(IOException.class)
                .hasMessage("model: /no/such.zip (expected: on the class path)");
    }
}
