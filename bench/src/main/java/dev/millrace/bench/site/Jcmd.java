package dev.millrace.bench.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Asks another JVM about itself.
public final class Jcmd {

    private Jcmd() {}

    /// The answer to a diagnostic command, for instance `Thread.print`.
    public static String run(long pid, String... command) throws IOException, InterruptedException {
        var line = new java.util.ArrayList<String>();
        line.add(JavaCommand.tool("jcmd"));
        line.add(Long.toString(pid));
        line.addAll(java.util.List.of(command));
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + String.join(" ", command) + ": " + answer.strip());
        }
        return answer;
    }
}
