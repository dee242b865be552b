package dev.millrace.streams.views.tally;

import dev.millrace.domain.task.Failure;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What failed in a worker's hands.
///
/// @param code for programs
/// @param detail for people, at most 200 characters (longer is cut)
public record Lapse(String code, String detail, Instant time) {

    private static final int MOST_CHARACTERS = 200;

    /* The same whichever is met first: partitions are added up in any order. */
    private static final Comparator<Lapse> ORDER =
            Comparator.comparing(Lapse::time)
                    .thenComparing(Lapse::code)
                    .thenComparing(Lapse::detail);

    public static Lapse of(Failure failure, Instant time) {
        return new Lapse(failure.code(), cut(failure.detail()), time);
    }

    /// Which of two came last.
    static @Nullable Lapse last(@Nullable Lapse one, @Nullable Lapse other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return ORDER.compare(one, other) < 0 ? other : one;
    }

    private static String cut(String text) {
        if (text.length() <= MOST_CHARACTERS) {
            return text;
        }
        boolean isSplit = Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1));
        return text.substring(0, isSplit ? MOST_CHARACTERS - 1 : MOST_CHARACTERS);
    }
}
