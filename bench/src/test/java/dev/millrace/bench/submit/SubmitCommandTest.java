package dev.millrace.bench.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What is refused before anything is measured.
class SubmitCommandTest {

    private static CommandLine.ParseResult parsed(Path bridge) {
        return new CommandLine(new SubmitCommand()).parseArgs("--strimzi", bridge.toString());
    }

    @Test
    void aFolderWithoutABridgeIsRefused(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> parsed(folder))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining("no folder `libs` there");

        Files.createDirectory(folder.resolve("libs"));

        assertThat(parsed(folder).hasMatchedOption("--strimzi")).isTrue();
    }
}
