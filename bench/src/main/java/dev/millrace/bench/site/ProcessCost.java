package dev.millrace.bench.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a process has cost so far, as Linux and the JVM tell it.
///
/// @param cpuSeconds of all its threads, those that ended too
/// @param threads CPU seconds by the number of each thread that lives
/// @param names of those threads
public record ProcessCost(double cpuSeconds, Map<Long, Double> threads, Map<Long, String> names) {

    private static final double TICKS_PER_SECOND = 100;
    private static final Pattern THREAD = Pattern.compile("^\"([^\"]*)\".*?\\bnid=(\\d+)");
    private static final int UTIME_AFTER_NAME = 11;

    /// Looks at a process.
    public static ProcessCost of(long pid) throws IOException, InterruptedException {
        var names = new HashMap<Long, String>();
        for (var line : Jcmd.run(pid, "Thread.print").lines().toList()) {
            var thread = THREAD.matcher(line);
            if (thread.find()) {
                names.put(Long.valueOf(thread.group(2)), thread.group(1));
            }
        }
        var process = Path.of("/proc", Long.toString(pid));
        var threads = new TreeMap<Long, Double>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
            for (var task : tasks) {
                try {
                    var stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
                    long id = Long.parseLong(task.getFileName().toString());
                    threads.put(id, cpuSeconds(stat));
                    names.putIfAbsent(id, name(stat));
                } catch (NoSuchFileException _) {
                    // It ended while we looked.
                }
            }
        }
        return new ProcessCost(cpuSecondsOf(pid), threads, names);
    }

    /// The CPU seconds of a process so far, whatever program it is.
    public static double cpuSecondsOf(long pid) throws IOException {
        return cpuSeconds(
                Files.readString(
                        Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1));
    }

    /// CPU seconds since an earlier look, by part of a site, the dearest first. Those of threads
    /// that ended meanwhile are `ended threads`.
    public Map<String, Double> sinceByPart(ProcessCost before) {
        var byPart = new TreeMap<String, Double>();
        double seen = 0;
        for (var thread : threads.entrySet()) {
            double spent = thread.getValue() - before.threads.getOrDefault(thread.getKey(), 0.0);
            seen += spent;
            byPart.merge(
                    ThreadParts.of(names.getOrDefault(thread.getKey(), "")), spent, Double::sum);
        }
        byPart.put("ended threads", Math.max(0, since(before) - seen));
        var sorted = new LinkedHashMap<String, Double>();
        byPart.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(part -> sorted.put(part.getKey(), part.getValue()));
        return sorted;
    }

    /// CPU seconds since an earlier look.
    public double since(ProcessCost before) {
        return cpuSeconds - before.cpuSeconds;
    }

    /// Memory of a process that lies in RAM, in MiB.
    public static double residentMiB(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    /* The name stands in brackets and may hold anything; what follows the last one is numbers. */
    static double cpuSeconds(String stat) {
        var numbers = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(numbers[UTIME_AFTER_NAME])
                        + Long.parseLong(numbers[UTIME_AFTER_NAME + 1]))
                / TICKS_PER_SECOND;
    }

    static String name(String stat) {
        return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    }
}
