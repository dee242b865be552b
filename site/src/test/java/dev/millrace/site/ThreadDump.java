package dev.millrace.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// What the threads of another JVM do just now, virtual ones too: those that run code of Millrace.
final class ThreadDump {

    private static final long LONGEST_SECONDS = 60;
    private static final int MOST_CHARACTERS = 60_000;

    private ThreadDump() {}

    static String of(long pid) throws IOException, InterruptedException {
        var file = Files.createTempFile("threads", ".txt");
        Files.delete(file); // the other JVM writes to a new file only
        try {
            var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            var process =
                    new ProcessBuilder(
                                    List.of(
                                            jcmd,
                                            Long.toString(pid),
                                            "Thread.dump_to_file",
                                            file.toString()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                return "no threads could be seen";
            }
            return Arrays.stream(Files.readString(file).split("\n\n"))
                    .filter(thread -> thread.contains("dev.millrace"))
                    .collect(Collectors.joining("\n\n"))
                    .transform(all -> all.substring(0, Math.min(all.length(), MOST_CHARACTERS)));
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
