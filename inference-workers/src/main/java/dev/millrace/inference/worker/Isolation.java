package dev.millrace.inference.worker;

import dev.millrace.domain.search.Embedder;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.Vector;
import dev.millrace.inference.embed.EmbedderBusy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Embeds many texts and finds the few that the model cannot take, by halving.
///
/// When a single text fails, a harmless one is tried: if that fails too, the model is to blame and
/// not the text, and nobody's chunk is given up for it. `n` texts cost at most `4n` calls.
final class Isolation {

    private static final String HARMLESS = "one sound sentence";

    private final Embedder embedder;
    private final Duration timeout;

    /// @param timeout longest wait for one answer of the embedder
    Isolation(Embedder embedder, Duration timeout) {
        this.embedder = embedder;
        this.timeout = timeout;
    }

    /// One outcome a text, in order.
    ///
    /// @throws Postponed if the embedder is not ready, busy, too slow or broken
    List<Outcome> embed(List<String> texts) throws Postponed, InterruptedException {
        var outcomes = new ArrayList<Outcome>(texts.size());
        embed(texts, outcomes);
        return outcomes;
    }

    private void embed(List<String> texts, List<Outcome> into)
            throws Postponed, InterruptedException {
        if (texts.isEmpty()) {
            return;
        }
        try {
            ask(texts).forEach(vector -> into.add(new Outcome.Embedded(vector)));
        } catch (Unable unable) {
            if (texts.size() > 1) {
                int middle = texts.size() / 2;
                embed(texts.subList(0, middle), into);
                embed(texts.subList(middle, texts.size()), into);
            } else {
                requireSoundModel();
                into.add(new Outcome.Refused(unable.why));
            }
        }
    }

    private void requireSoundModel() throws Postponed, InterruptedException {
        try {
            ask(List.of(HARMLESS));
        } catch (Unable broken) {
            throw new Postponed("the model fails on every text: " + broken.why, broken);
        }
    }

    private List<Vector> ask(List<String> texts) throws Unable, Postponed, InterruptedException {
        try {
            var vectors =
                    embedder.embed(texts)
                            .toCompletableFuture()
                            .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (vectors.size() != texts.size()) {
                throw new Unable(
                        "vectors: " + vectors.size() + " (expected: " + texts.size() + ")", null);
            }
            return vectors;
        } catch (TimeoutException slow) {
            throw new Postponed("the embedder did not answer within " + timeout, slow);
        } catch (ExecutionException failed) {
            var cause = failed.getCause();
            if (cause instanceof ModelNotReady || cause instanceof EmbedderBusy) {
                throw new Postponed(cause.toString(), cause);
            }
            throw new Unable(String.valueOf(cause), cause);
        }
    }

    /// What became of a text.
    sealed interface Outcome {
        record Embedded(Vector vector) implements Outcome {}

        record Refused(String why) implements Outcome {}
    }

    /// The model failed on the texts it was given.
    private static final class Unable extends Exception {

        private static final long serialVersionUID = 1L;

        private final String why;

        Unable(String why, @Nullable Throwable cause) {
            super(why, cause);
            this.why = why;
        }
    }
}
