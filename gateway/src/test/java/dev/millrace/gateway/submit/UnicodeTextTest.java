package dev.millrace.gateway.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnicodeTextTest {

    @Test
    void textSurvivesTheRoundTrip() {
        for (long seed = 0; seed < 500; seed++) {
            var text =
                    new Random(seed)
                            .ints(0, Character.MAX_CODE_POINT + 1)
                            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                            .limit(50)
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();

            UnicodeText.requireWhole("text", text);

            assertThat(UnicodeText.decode("text", text.getBytes(StandardCharsets.UTF_8)))
                    .as("seed %d", seed)
                    .isEqualTo(text);
        }
    }

    @Test
    void brokenByteIsFoundWhereverItIs() {
        for (int at = 0; at < 20; at++) {
            var bytes = "x".repeat(20).getBytes(StandardCharsets.UTF_8);
            bytes[at] = (byte) 0xff;

            assertThatThrownBy(() -> UnicodeText.decode("file", bytes))
                    .as("at %d", at)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("byte " + at + " is");
        }
    }

    @Test
    void cutCharacterAtTheEndIsFound() {
        assertThatThrownBy(() -> UnicodeText.decode("file", new byte[] {'a', (byte) 0xe6}))
                .hasMessageContaining("byte 1");
    }

    @Test
    void halvesOfCharactersAreFound() {
        for (var text : new String[] {"\ud83d", "\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00"}) {
            assertThatThrownBy(() -> UnicodeText.requireWhole("text", text))
                    .isInstanceOf(ProblemException.class);
        }
    }
}
