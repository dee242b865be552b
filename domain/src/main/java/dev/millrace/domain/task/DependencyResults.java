package dev.millrace.domain.task;

import java.util.ArrayList;
import java.util.List;

/// What the tasks gave that a task waited for, as each of its attempts is handed it.
///
/// @param each in the order in which the task names them, at most [#MOST] of them, with outputs of
///   at most [#MOST_BYTES] together
/// @param isComplete whether that is all: every task, and the output of each that succeeded. What
///   is missing is in the rows of the tasks.
public record DependencyResults(List<DependencyResult> each, boolean isComplete) {

    /// As many tasks are told of; of any further ones their rows tell.
    public static final int MOST = 100;

    /// The outputs inside the log are no larger together, in bytes of UTF-8.
    public static final int MOST_BYTES = 256 * 1024;

    /// Those of a task that waited for none.
    public static final DependencyResults NONE = new DependencyResults(List.of(), true);

    /// Whether a task is told of one that it waits for, by that one's place among them.
    ///
    /// @param index from 0
    public static boolean names(int index) {
        return index < MOST;
    }

    public DependencyResults {
        each = List.copyOf(each);
    }

    /// As much of the results as there is room for: an output that finds none is left out, and
    /// smaller ones after it are not.
    ///
    /// @param named how many tasks the task waited for
    /// @param known what came of them, in their order, as far as that is known
    public static DependencyResults of(int named, List<DependencyResult> known) {
        var each = new ArrayList<DependencyResult>();
        int left = MOST_BYTES;
        for (var result : known.subList(0, Math.min(known.size(), MOST))) {
            boolean fits = result.bytes() <= left;
            left -= fits ? result.bytes() : 0;
            each.add(fits ? result : result.withoutOutput());
        }
        boolean isComplete =
                each.size() == named && each.stream().allMatch(DependencyResult::isWhole);
        return new DependencyResults(each, isComplete);
    }
}
