package dev.millrace.domain.kind;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Finds the names that somebody may have meant.
final class NearNames {

    private static final int MOST = 3;
    private static final int MOST_EDITS = 2;

    private NearNames() {}

    /// Up to three names that are at most two edits away, or that have the same beginning: one is
    /// the start of the other, or both have the same first word before a dot. The nearest first.
    static List<String> of(String meant, Collection<String> names) {
        var near = new ArrayList<Near>();
        for (var name : names) {
            int edits = edits(meant, name);
            // A name of two letters is two edits away from everything short.
            boolean isTypo = edits <= Math.min(MOST_EDITS, meant.length() / 2);
            if (isTypo || beginAlike(meant, name)) {
                near.add(new Near(name, isTypo ? edits : MOST_EDITS + 1));
            }
        }
        return near.stream()
                .sorted(Comparator.comparingInt(Near::edits).thenComparing(Near::name))
                .limit(MOST)
                .map(Near::name)
                .toList();
    }

    private static boolean beginAlike(String one, String other) {
        return one.startsWith(other)
                || (!one.isEmpty() && other.startsWith(one))
                || (one.contains(".") && firstWord(one).equals(firstWord(other)));
    }

    private static String firstWord(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /// How many characters must be put in, taken out or changed to make one name the other
    /// (Levenshtein), where more than two are three.
    private static int edits(String one, String other) {
        if (Math.abs(one.length() - other.length()) > MOST_EDITS) {
            return MOST_EDITS + 1;
        }
        var above = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            var row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(above[j - 1] + change, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return Math.min(above[other.length()], MOST_EDITS + 1);
    }

    private record Near(String name, int edits) {}
}
