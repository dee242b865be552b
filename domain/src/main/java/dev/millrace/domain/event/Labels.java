package dev.millrace.domain.event;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What policies decide by: a sensitivity and free tags such as `region=eu`.
///
/// Labels form a lattice. Whatever is derived from several sources carries their [#join], so a
/// chunk, a vector or a result is never freer than what it was made of.
///
/// @param tags at most 32, sorted; each 1 to 64 of `a-z 0-9 . _ = -`, starting with a letter or
///   digit
public record Labels(Sensitivity sensitivity, SortedSet<String> tags) {

    /// What data carries when its publisher says nothing.
    public static final Labels DEFAULT = new Labels(Sensitivity.INTERNAL, new TreeSet<>());

    private static final Pattern TAG = Pattern.compile("[a-z0-9][a-z0-9._=-]{0,63}");
    private static final int MAX_TAGS = 32;

    public Labels {
        for (var tag : tags) {
            if (!TAG.matcher(tag).matches()) {
                throw new IllegalArgumentException(
                        "label: " + tag + " (expected: " + TAG.pattern() + ")");
            }
        }
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException("labels: " + tags.size() + " (expected: 0..32)");
        }
        tags = Collections.unmodifiableSortedSet(new TreeSet<>(tags));
    }

    /// Labels of a level with some tags.
    public static Labels of(Sensitivity sensitivity, Collection<String> tags) {
        return new Labels(sensitivity, new TreeSet<>(tags));
    }

    /// Whether there is a [#join] with others: whether both have few enough tags together.
    public boolean canJoin(Labels other) {
        var union = new TreeSet<>(tags);
        union.addAll(other.tags);
        return union.size() <= MAX_TAGS;
    }

    /// The [#join] with others if there is one, else these tags with the stricter sensitivity.
    public Labels joinIfItFits(Labels other) {
        return canJoin(other)
                ? join(other)
                : new Labels(sensitivity.strictest(other.sensitivity), tags);
    }

    /// The least labels that are at least as strict as both.
    ///
    /// @throws IllegalArgumentException if not [#canJoin]
    public Labels join(Labels other) {
        var union = new TreeSet<>(tags);
        union.addAll(other.tags);
        return new Labels(sensitivity.strictest(other.sensitivity), union);
    }
}
