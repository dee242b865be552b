package dev.millrace.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.inference.worker.Isolation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IsolationTest {

    private final FakeEmbedder embedder = new FakeEmbedder();
    private final Isolation isolation = new Isolation(embedder, Duration.ofSeconds(10));

    @Test
    void findsExactlyTheTextsThatFail() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            var texts = new ArrayList<String>();
            int count = random.nextInt(40);
            for (int i = 0; i < count; i++) {
                texts.add(random.nextInt(6) == 0 ? "poison " + i : "good " + i);
            }

            var outcomes = isolation.embed(texts);

            assertThat(outcomes).as("seed %d", seed).isEqualTo(expected(texts));
        }
    }

    @Test
    void goodTextsCostOneCall() throws Exception {
        assertThat(isolation.embed(List.of("a", "b", "c"))).hasSize(3);

        assertThat(embedder.asked()).hasSize(1);
    }

    @Test
    void brokenModelIsNoTextsFault() {
        embedder.failAlways(new IllegalStateException("out of memory"));

        assertThatThrownBy(() -> isolation.embed(List.of("a", "b")))
                .isInstanceOf(Postponed.class)
                .hasMessageContaining("the model fails on every text")
                .hasMessageContaining("out of memory");
    }

    @Test
    void modelThatIsNotReadyIsAskedOnce() {
        embedder.failAlways(new ModelNotReady("the model is being loaded"));

        assertThatThrownBy(() -> isolation.embed(List.of("a", "b")))
                .isInstanceOf(Postponed.class)
                .hasMessageContaining("the model is being loaded");
        assertThat(embedder.asked()).hasSize(1);
    }

    private static List<Outcome> expected(List<String> texts) {
        return texts.stream().map(IsolationTest::expected).toList();
    }

    private static Outcome expected(String text) {
        return text.startsWith("poison")
                ? new Outcome.Refused("java.lang.IllegalArgumentException: indigestible")
                : new Outcome.Embedded(FakeEmbedder.vectorOf(text));
    }
}
