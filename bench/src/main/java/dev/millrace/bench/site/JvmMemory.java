package dev.millrace.bench.site;

import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a JVM says of its memory.
public final class JvmMemory {

    private static final Pattern USED = Pattern.compile("\\btotal \\d+K, used (\\d+)K");
    private static final Pattern CATEGORY =
            Pattern.compile("^-\\s+(.+?) \\(reserved=\\d+KB, committed=(\\d+)KB");
    private static final double WORTH_TELLING_MIB = 5;

    private JvmMemory() {}

    /// The size of the objects in use, in MiB, after all others were collected.
    public static double liveHeapMiB(long pid) throws IOException, InterruptedException {
        var _ = Jcmd.run(pid, "GC.run");
        return used(Jcmd.run(pid, "GC.heap_info"));
    }

    static double used(String heapInfo) {
        double used = 0;
        var sizes = USED.matcher(heapInfo);
        while (sizes.find()) {
            used += Double.parseDouble(sizes.group(1)) / 1024;
        }
        return used;
    }

    /// What was committed for what, in MiB, the most first; of a JVM started with
    /// `-XX:NativeMemoryTracking=summary`.
    public static Map<String, Double> byPurpose(long pid) throws IOException, InterruptedException {
        return parse(Jcmd.run(pid, "VM.native_memory", "summary", "scale=KB"));
    }

    static Map<String, Double> parse(String summary) {
        var sizes = new TreeMap<String, Double>();
        for (var line : summary.lines().toList()) {
            var category = CATEGORY.matcher(line);
            if (category.find()) {
                double size = Double.parseDouble(category.group(2)) / 1024;
                if (size >= WORTH_TELLING_MIB) {
                    sizes.put(category.group(1), size);
                }
            }
        }
        var sorted = new LinkedHashMap<String, Double>();
        sizes.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(one -> sorted.put(one.getKey(), one.getValue()));
        return sorted;
    }
}
