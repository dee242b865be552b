package dev.millrace.bench.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Texts made from a seed.
class CorpusTest {

    private final Corpus corpus = new Corpus(1);

    @Test
    void theSameSeedGivesTheSameTextsInWhateverOrder() {
        var texts = corpus.texts(0, 20);
        var others = new Corpus(1);

        for (int number = 19; number >= 0; number--) {
            assertThat(others.text(number)).isEqualTo(texts.get(number));
        }
        assertThat(new Corpus(2).text(0)).isNotEqualTo(texts.getFirst());
    }

    @Test
    void noTwoTextsAreAlike() {
        var texts = corpus.texts(0, 200);

        assertThat(texts.stream().map(Text::body).collect(Collectors.toSet())).hasSize(200);
        assertThat(texts.stream().map(Text::name).collect(Collectors.toSet())).hasSize(200);
    }

    @Test
    void lengthsAreThoseOfNotesAndArticles() {
        var lengths =
                corpus.texts(0, 400).stream().map(text -> text.body().length()).sorted().toList();

        assertThat(lengths.get(200)).isBetween(3_000, 5_500);
        assertThat(lengths.getFirst()).isLessThan(1_500);
        assertThat(lengths.get(380)).isGreaterThan(3 * lengths.get(200));
    }

    @Test
    void halfIsMarkdown() {
        var texts = corpus.texts(0, 400);

        assertThat(texts)
                .filteredOn(text -> text.mediaType().equals("text/markdown"))
                .hasSizeBetween(150, 250)
                .allMatch(text -> text.body().startsWith("# "));
    }
}
