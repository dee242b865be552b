package dev.millrace.streams.chunking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The titles above a place in a text, as one walks through it.
final class Headings {

    /// The longest title kept, in code points; the rest is left out.
    static final int LONGEST = 200;

    private static final int LEVELS = 6;

    private final @Nullable String[] titles = new @Nullable String[LEVELS + 1];
    private int level;

    /// A heading begins a new section.
    ///
    /// @param newLevel 1 to 6; 1 is the outermost
    void enter(int newLevel, String title) {
        Arrays.fill(titles, newLevel, titles.length, null);
        var line = title.strip();
        titles[newLevel] = line.substring(0, CodePoints.ahead(line, 0, LONGEST, line.length()));
        level = newLevel;
    }

    /// The level of the heading entered last; 0 before the first.
    int level() {
        return level;
    }

    /// What two paths begin with alike.
    static List<String> common(List<String> one, List<String> other) {
        int alike = 0;
        while (alike < Math.min(one.size(), other.size())
                && one.get(alike).equals(other.get(alike))) {
            alike++;
        }
        return List.copyOf(one.subList(0, alike));
    }

    /// The titles in force, outermost first, without empty ones.
    List<String> path() {
        var path = new ArrayList<String>();
        for (var title : titles) {
            if (title != null && !title.isEmpty()) {
                path.add(title);
            }
        }
        return path;
    }
}
