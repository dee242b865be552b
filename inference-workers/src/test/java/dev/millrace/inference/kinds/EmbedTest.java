package dev.millrace.inference.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.domain.search.Embedder;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.Vector;
import dev.millrace.inference.kinds.http.FakeAttempt;
import dev.millrace.inference.work.WorkFailed;
import dev.millrace.inference.work.WorkKind;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EmbedTest {

    private final LengthEmbedder embedder = new LengthEmbedder();

    @Test
    void eachTextHasItsVectorInOrder() throws Exception {
        var vectors = perform(List.of("mill", "race wheel"));

        assertThat(vectors.model()).isEqualTo("lengths 7");
        assertThat(vectors.dimensions()).isEqualTo(2);
        assertThat(vectors.vectors()).containsExactly(new float[] {4, 1}, new float[] {10, 1});
    }

    @Test
    void asManyTextsAsTheContractAllowsAreTaken() throws Exception {
        assertThat(perform(Collections.nCopies(256, "x")).vectors()).hasSize(256);
    }

    @Test
    void tooFewOrTooManyTextsAreRefusedForGood() {
        for (int count : new int[] {-1, 0, 257}) {
            var failed = failed(count < 0 ? null : Collections.nCopies(count, "x"));

            assertThat(failed.failure().code()).isEqualTo("bad_input");
            assertThat(failed.failure().detail()).contains("1..256");
            assertThat(failed.isRetryable()).isFalse();
        }
    }

    @Test
    void modelThatIsNotReadyMayBeLater() {
        embedder.failure = new ModelNotReady("it is being loaded");

        var failed = failed(List.of("x"));

        assertThat(failed.failure().code()).isEqualTo("model_not_ready");
        assertThat(failed.isRetryable()).isTrue();
    }

    @Test
    void anyOtherFailureSaysWhatItWas() {
        embedder.failure = new IllegalStateException("out of memory");

        var failed = failed(List.of("x"));

        assertThat(failed.failure().code()).isEqualTo("not_embedded");
        assertThat(failed.failure().detail()).contains("out of memory");
        assertThat(failed.isRetryable()).isTrue();
    }

    private WorkFailed failed(@Nullable List<String> texts) {
        return catchThrowableOfType(WorkFailed.class, () -> perform(texts));
    }

    @SuppressWarnings("unchecked") // the kind does not show what it takes
    private Embed.Vectors perform(@Nullable List<String> texts) throws Exception {
        var kind = (WorkKind<Embed.Texts, Embed.Vectors>) Embed.kind(embedder);
        return kind.work().perform(new Embed.Texts(texts), new FakeAttempt());
    }

    /// The vector of a text is its length, and one.
    private static final class LengthEmbedder implements Embedder {
        private @Nullable Exception failure;

        @Override
        public CompletionStage<List<Vector>> embed(List<String> texts) {
            return failure != null
                    ? CompletableFuture.failedStage(failure)
                    : CompletableFuture.completedStage(
                            texts.stream().map(text -> Vector.of(text.length(), 1)).toList());
        }

        @Override
        public Model model() {
            return new Model("lengths", "7", 2);
        }

        @Override
        public boolean isReady() {
            return failure == null;
        }
    }
}
