package dev.millrace.domain.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the continuous check of the log against the signed history is going.
///
/// @param pass counts the passes from 1; 0 before the first
/// @param isUnderWay whether one is, or the next is waited for
/// @param began of this pass or the last one; null before the first
/// @param ended of the last pass that came to its end; null before that
/// @param checked records of this pass that were compared, or are deleted; states of the site's log
///   count with them
/// @param total how many the pass has
/// @param bytesPerSecond what is read at most
/// @param every the shortest time from the beginning of one pass to that of the next
/// @param differences those known, the first found first; at most [#MOST_SHOWN]
/// @param count how many are known, at most [#MOST_KNOWN]
public record ScrubStatus(
        long pass,
        boolean isUnderWay,
        @Nullable Instant began,
        @Nullable Instant ended,
        long checked,
        long total,
        long bytesPerSecond,
        Duration every,
        List<Difference> differences,
        int count) {

    /// More are counted among those shown.
    public static final int MOST_SHOWN = 100;

    /// More are not told of before others are mended.
    public static final int MOST_KNOWN = 1_000;

    public ScrubStatus {
        differences = List.copyOf(differences);
    }
}
