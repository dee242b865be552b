package dev.millrace.site;

import java.util.List;
import java.util.random.RandomGenerator;

/// Documents made up from a seed: no two alike, of a few hundred bytes to 100 KB, in every media
/// type that is taken in.
final class SeededTexts {

    private static final List<String> WORDS =
            List.of(
                    "mill",
                    "wheel",
                    "water",
                    "race",
                    "barley",
                    "stone",
                    "weir",
                    "sluice",
                    "flour",
                    "miller",
                    "oak",
                    "river",
                    "grinds",
                    "turns",
                    "carries",
                    "holds",
                    "slowly",
                    "überschlächtig",
                    "水車",
                    "at night",
                    "under ice");
    private static final int SMALL = 300;
    private static final int MEDIUM = 8_000;
    private static final int LARGE = 66_000;
    private static final int LARGEST = 100_000;

    /* One in so many goes to the blob store. */
    private static final int LARGE_ONE_IN = 12;

    private final RandomGenerator random;
    private int made;

    SeededTexts(RandomGenerator random) {
        this.random = random;
    }

    /// A document that is to be submitted under a key.
    record Draft(String key, String name, String mediaType, String text) {}

    synchronized Draft next() {
        int number = made++;
        int length =
                random.nextInt(LARGE_ONE_IN) == 0
                        ? random.nextInt(LARGE, LARGEST)
                        : random.nextInt(SMALL, MEDIUM);
        var prose = prose("Document %d.".formatted(number), length);
        return switch (number % 3) {
            case 0 -> draft(number, "text/plain", prose);
            case 1 -> draft(number, "text/markdown", "# Mill %d\n\n%s".formatted(number, prose));
            default ->
                    draft(
                            number,
                            "text/html",
                            "<h1>Mill %d</h1><p>%s</p>".formatted(number, prose));
        };
    }

    private static Draft draft(int number, String mediaType, String text) {
        return new Draft("key-" + number, "mill-" + number, mediaType, text);
    }

    private String prose(String beginning, int length) {
        var text = new StringBuilder(beginning);
        while (text.length() < length) {
            for (int left = random.nextInt(4, 14); left > 0; left--) {
                text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
            }
            text.append(random.nextInt(6) == 0 ? ".\n\n" : ".");
        }
        return text.toString();
    }
}
