package dev.millrace.site.cluster;

import dev.millrace.site.ProgramJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Another JVM with the program's classes, made for a quick start rather than for speed.
final class Jvm {

    private Jvm() {}

    static Process start(Path output, int heapMebibytes, String main, List<String> arguments)
            throws IOException {
        var flags =
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx" + heapMebibytes + "m");
        var line = new ArrayList<>(ProgramJvm.command(flags, main));
        line.addAll(arguments);
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
