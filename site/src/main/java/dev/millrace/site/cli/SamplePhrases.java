package dev.millrace.site.cli;

import dev.millrace.site.cli.DocumentFolder.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Phrases to search for that stand in a folder's own documents: a few words from the middle of
/// some of them, so that anyone can tell whether the hits are right.
final class SamplePhrases {

    private static final int WORDS = 6;
    private static final int MIN_WORD_LENGTH = 3;
    private static final Pattern MARKUP = Pattern.compile("<[^>]{0,200}>|\\[[^]]*]|\\([^)]*\\)");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}'’-]*");

    private SamplePhrases() {}

    /// At most `count` phrases, from documents spread evenly over the folder.
    static List<String> of(List<Source> sources, int count) {
        var phrases = new ArrayList<String>();
        for (int i = 0; i < count && !sources.isEmpty(); i++) {
            var source = sources.get((int) ((2L * i + 1) * sources.size() / (2L * count)));
            try {
                var phrase = middleOf(source.read());
                if (!phrase.isEmpty() && !phrases.contains(phrase)) {
                    phrases.add(phrase);
                }
            } catch (IOException unreadable) {
                // It was skipped when it was to be published, and the user was told.
            }
        }
        return phrases;
    }

    /// Some words of the first line in the middle of a text that reads like prose.
    static String middleOf(String text) {
        var lines = text.lines().toList();
        return Stream.concat(
                        lines.stream().skip(lines.size() / 2),
                        lines.stream().limit(lines.size() / 2))
                .map(line -> WORD.matcher(MARKUP.matcher(line).replaceAll(" ")))
                .map(words ->
                        words.results()
                                .map(match -> match.group())
                                .filter(word -> word.length() >= MIN_WORD_LENGTH)
                                .limit(WORDS)
                                .toList())
                .filter(words -> words.size() == WORDS)
                .findFirst()
                .map(words -> words.stream().collect(Collectors.joining(" ")))
                .orElse("");
    }
}
