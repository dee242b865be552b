package dev.millrace.site.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Runs commands against a gateway, with a data folder that has a token, and keeps what they say.
abstract class CommandTest {

    @TempDir Path folder = Path.of(".");
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    @BeforeEach
    void token() throws IOException {
        Files.writeString(folder.resolve("token"), "token");
    }

    /// Runs one of the program's commands against a gateway.
    ///
    /// @param command its words
    /// @param arguments what follows them
    /// @return the exit code
    final int run(FakeGateway gateway, List<String> command, String... arguments) {
        var line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        return execute(Main.commandLine(), gateway, line);
    }

    /// Runs a line against a gateway.
    ///
    /// @return the exit code
    final int execute(CommandLine line, FakeGateway gateway, List<String> arguments) {
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        var all = new ArrayList<>(arguments);
        all.add("--url=" + gateway.address());
        all.add("--data=" + folder);
        return line.execute(all.toArray(String[]::new));
    }
}
