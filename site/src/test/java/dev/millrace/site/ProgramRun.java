package dev.millrace.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// `millrace …` in a process of its own that has ended.
///
/// @param status its exit code
/// @param said what it wrote to its standard output
/// @param told what it wrote to its standard error
record ProgramRun(int status, String said, String told) {

    private static final int LONGEST_SECONDS = 120;

    /// Runs it to its end.
    ///
    /// @param folder for what it writes
    static ProgramRun of(Path folder, String... arguments)
            throws IOException, InterruptedException {
        var said = folder.resolve("said.txt");
        var told = folder.resolve("told.txt");
        var process =
                SiteProcess.command(arguments)
                        .redirectOutput(said.toFile())
                        .redirectError(told.toFile())
                        .start();
        try {
            assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
                    .as("it ends: %s", String.join(" ", arguments))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new ProgramRun(
                process.exitValue(), Files.readString(said, UTF_8), Files.readString(told, UTF_8));
    }

    /// Requires that it failed and said why in one sentence.
    void requireOneSentence(int expected, String... parts) {
        assertThat(status).as(told).isEqualTo(expected);
        var sentences = told.lines().filter(line -> line.startsWith("millrace: ")).toList();
        assertThat(sentences).as(told).hasSize(1);
        assertThat(sentences.getFirst()).contains(parts);
        assertThat(told).doesNotContain("Exception").doesNotContain("\tat ");
    }
}
