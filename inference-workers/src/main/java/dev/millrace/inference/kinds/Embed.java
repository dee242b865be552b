package dev.millrace.inference.kinds;

import dev.millrace.domain.search.Embedder;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.inference.work.WorkFailed;
import dev.millrace.inference.work.WorkKind;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The kind `embed`: turns texts into vectors.
public final class Embed {

    private static final int MOST_TEXTS = 256;
    private static final int CONCURRENCY = 4;
    private static final int LONGEST_SECONDS = 60;

    private Embed() {}

    /// The kind.
    ///
    /// @param embedder need not be ready yet
    public static WorkKind<?, ?> kind(Embedder embedder) {
        return new WorkKind<>(
                "embed",
                Texts.class,
                Vectors.class,
                CONCURRENCY,
                (input, _) -> perform(input, embedder));
    }

    private static Vectors perform(Texts input, Embedder embedder)
            throws WorkFailed, InterruptedException {
        var texts = input.texts();
        if (texts == null || texts.isEmpty() || texts.size() > MOST_TEXTS) {
            throw WorkFailed.forGood(
                    "bad_input",
                    "texts: %s (expected: 1..%d of them)"
                            .formatted(texts == null ? "none" : texts.size(), MOST_TEXTS));
        }
        try {
            var vectors =
                    embedder.embed(texts)
                            .toCompletableFuture()
                            .get(LONGEST_SECONDS, TimeUnit.SECONDS);
            var model = embedder.model();
            return new Vectors(
                    model.name() + " " + model.version(),
                    model.dimensions(),
                    vectors.stream().map(vector -> vector.toArray()).toList());
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof ModelNotReady
                    ? WorkFailed.forNow("model_not_ready", "the model is still being loaded")
                    : WorkFailed.forNow("not_embedded", String.valueOf(failed.getCause()));
        } catch (TimeoutException slow) {
            throw WorkFailed.forNow("not_embedded", "no vectors within a minute");
        }
    }

    /// The input.
    record Texts(@Nullable List<String> texts) {}

    /// The output.
    ///
    /// @param model its name and version
    record Vectors(String model, int dimensions, List<float[]> vectors) {}
}
