package dev.millrace.site.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// A bar for each stage of a job, drawn over itself on a terminal; elsewhere a line whenever a
/// stage is finished.
///
/// Safe for use by many threads.
final class ProgressBars {

    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private final List<Stage> finished = new ArrayList<>();
    private int drawn;

    /// @param terminal whether `out` understands cursor movements
    ProgressBars(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// How far one stage is.
    ///
    /// @param total 0 while it is not known
    record Stage(String name, long done, long total) {

        boolean isFinished() {
            return total > 0 && done >= total;
        }

        String bar() {
            int filled = total == 0 ? 0 : (int) Math.min(WIDTH, done * WIDTH / total);
            return "  %-11s %s%s %,d of %s"
                    .formatted(
                            name,
                            "█".repeat(filled),
                            "░".repeat(WIDTH - filled),
                            done,
                            total == 0 ? "?" : "%,d".formatted(total));
        }
    }

    /// Prints a line for people; the bars go on below it.
    synchronized void note(String line) {
        out.println(line);
        out.flush();
        drawn = 0;
    }

    /// Shows where all stages are now.
    synchronized void show(List<Stage> stages) {
        if (terminal) {
            out.print(drawn == 0 ? "" : "\033[" + drawn + "A");
            stages.forEach(stage -> out.println("\033[K" + stage.bar()));
            drawn = stages.size();
        } else {
            stages.stream()
                    .filter(Stage::isFinished)
                    .filter(stage -> finished.stream().noneMatch(stage::equals))
                    .forEach(stage -> {
                        finished.add(stage);
                        out.println(stage.bar());
                    });
        }
        out.flush();
    }
}
