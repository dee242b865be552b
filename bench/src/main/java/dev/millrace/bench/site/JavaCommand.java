package dev.millrace.bench.site;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A JVM like this one: same Java, same flags, same class path.
public final class JavaCommand {

    /* Would make a child write over what the launcher made for all. */
    private static final List<String> OURS_ALONE =
            List.of("-XX:AOTCacheOutput", "-XX:AOTMode=record", "-XX:ArchiveClassesAtExit");

    private JavaCommand() {}

    /// The flags that this JVM was started with, but for those that only one process may have.
    public static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> OURS_ALONE.stream().noneMatch(flag::startsWith))
                .toList();
    }

    /// The start of a program.
    ///
    /// @param flags beside those of this JVM
    public static ProcessBuilder of(List<String> flags, String main, List<String> arguments) {
        var line = new ArrayList<String>();
        line.add(tool("java"));
        line.addAll(flags());
        line.addAll(flags);
        line.add("-cp");
        line.add(System.getProperty("java.class.path"));
        line.add(main);
        line.addAll(arguments);
        return new ProcessBuilder(line);
    }

    /// A program of the JDK.
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
