package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplePhrasesTest {

    @Test
    void aPhraseIsTakenFromTheFirstProseLineOfTheSecondHalf() {
        var text =
                """
                # Title of all
                The first paragraph says many things about rivers.
                ---
                The second <b>paragraph</b> says many things about mills.
                """;

        assertThat(SamplePhrases.middleOf(text)).isEqualTo("The second paragraph says many things");
    }

    @Test
    void theFirstHalfServesWhenTheSecondHasNoProse() {
        assertThat(SamplePhrases.middleOf("Seven words stand here before the end\n--\n--\n"))
                .isEqualTo("Seven words stand here before the");
    }

    @Test
    void aTextWithoutProseGivesNone() {
        assertThat(SamplePhrases.middleOf("a\nb\n")).isEmpty();
    }
}
