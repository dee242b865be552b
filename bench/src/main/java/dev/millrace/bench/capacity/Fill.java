package dev.millrace.bench.capacity;

import java.util.ArrayList;
import java.util.List;

/// How tasks that stay open came to be.
///
/// @param tasks how many there are
/// @param seconds from the first batch to the last answer
/// @param refused submissions that were refused, or failed, and were made again
/// @param viewsLaterSeconds until the views counted them all, after that
/// @param progress how many were accepted when, one for each batch, in order
record Fill(
        int tasks, double seconds, int refused, double viewsLaterSeconds, List<Progress> progress) {

    private static final int PARTS = 10;

    Fill {
        progress = List.copyOf(progress);
    }

    record Progress(double seconds, int accepted) {}

    double perSecond() {
        return tasks / seconds;
    }

    /// Tasks a second in each tenth of the way, by the batches that ended in it.
    List<Double> perSecondByTenth() {
        var rates = new ArrayList<Double>();
        var from = new Progress(0, 0);
        for (int part = 1; part <= PARTS; part++) {
            var to = at((long) tasks * part / PARTS);
            boolean isEmpty = to.seconds() <= from.seconds();
            rates.add(
                    isEmpty
                            ? 0.0
                            : (to.accepted() - from.accepted()) / (to.seconds() - from.seconds()));
            from = to;
        }
        return rates;
    }

    /// The first moment at which so many were accepted.
    private Progress at(long accepted) {
        return progress.stream()
                .filter(moment -> moment.accepted() >= accepted)
                .findFirst()
                .orElse(new Progress(seconds, tasks));
    }
}
