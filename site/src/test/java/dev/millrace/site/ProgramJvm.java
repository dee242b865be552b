package dev.millrace.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts JVMs that run the program, or a test's own version of it.
///
/// Where the build has rehearsed a start (profile `rehearsed`), it is the program as it is laid
/// out, with the AOT cache that the rehearsal left; else it is what was compiled. The test's
/// classes come last on its class path, which is what a cache allows.
public final class ProgramJvm {

    private static final Path LIB = Path.of("target/millrace/lib").toAbsolutePath();
    private static final Path CACHE = Path.of("target/rehearsed.aot").toAbsolutePath();

    private ProgramJvm() {}

    /// The command that runs a class with some flags of the JVM.
    public static List<String> command(List<String> flags, String main) {
        var line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow"));
        line.addAll(flags);
        var path =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        if (Files.exists(CACHE)) {
            // A cache that does not fit is passed over; who reads the console need not know.
            line.addAll(
                    List.of("-XX:AOTCache=" + CACHE, "-Xlog:disable", "-Xlog:all=error:stderr"));
            path = LIB.resolve("*") + ":" + path;
        }
        line.addAll(List.of("-cp", path, main));
        return line;
    }
}
