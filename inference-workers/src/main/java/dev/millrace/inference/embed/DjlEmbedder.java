package dev.millrace.inference.embed;

import ai.djl.repository.zoo.Criteria;
import dev.millrace.domain.search.Embedder;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.Vector;
import dev.millrace.inference.features.Featurizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A built-in model, run by TensorFlow through DJL.
///
/// One thread of its own loads the model and then runs it, batch after batch (see [BatchQueue] for
/// the bounds and who goes first). Requests fail with [ModelNotReady] until the model is loaded and
/// after it was closed or could not be loaded, with [EmbedderBusy] when too many wait.
public final class DjlEmbedder implements Embedder, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DjlEmbedder.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final BuiltInModel builtIn;
    private final Path folder;
    private final BatchQueue queue = new BatchQueue();
    private final Object transition = new Object();
    private volatile State state = new State.Idle();
    private @Nullable Thread thread;

    /// @param folder where models are unpacked, up to 50 MB each; made if it is missing
    public DjlEmbedder(BuiltInModel builtIn, Path folder) {
        this.builtIn = builtIn;
        this.folder = folder;
    }

    /// Loads the model in the background.
    ///
    /// @param progress told how far the unpacking of TensorFlow's libraries is, from any thread
    /// @return fails with `IOException` if the model cannot be loaded
    /// @throws IllegalStateException if called before, or closed
    public CompletionStage<@Nullable Void> loadAsync(Consumer<NativeLibraries.Progress> progress) {
        var loaded = new CompletableFuture<@Nullable Void>();
        synchronized (transition) {
            if (!(state instanceof State.Idle)) {
                throw new IllegalStateException("embedder: " + state.why() + " (expected: new)");
            }
            state = new State.Loading();
            thread =
                    Thread.ofPlatform()
                            .name("embedder")
                            .daemon()
                            .start(() -> run(progress, loaded));
        }
        return loaded.minimalCompletionStage();
    }

    @Override
    public CompletionStage<List<Vector>> embed(List<String> texts) {
        var now = state;
        return now instanceof State.Ready
                ? queue.offer(texts)
                : CompletableFuture.failedStage(new ModelNotReady(now.why()));
    }

    @Override
    public Model model() {
        return builtIn.model();
    }

    @Override
    public boolean isReady() {
        return state instanceof State.Ready;
    }

    /// Fails what waits and frees the model; waits up to 10 s for the batch that is being computed.
    @Override
    public void close() {
        Thread running;
        synchronized (transition) {
            state = new State.Closed();
            running = thread;
        }
        queue.close();
        try {
            if (running != null && !running.join(CLOSE_TIMEOUT)) {
                LOG.atWarn().setMessage("embedder still busy: left behind").log();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(
            Consumer<NativeLibraries.Progress> progress, CompletableFuture<@Nullable Void> loaded) {
        try {
            NativeLibraries.load(progress);
            var unpacked = builtIn.archive().unpack(folder);
            var featurizer = builtIn.featurizer(unpacked);
            try (var model = criteria(unpacked, featurizer).loadModel();
                    var predictor = model.newPredictor()) {
                // The first call builds TensorFlow's executor: not at somebody's expense.
                predictor.predict(new TextBatch(List.of("warm up")));
                move(new State.Ready());
                loaded.complete(null);
                queue.serve(texts -> predictor.predict(new TextBatch(texts)).vectors());
            }
        } catch (InterruptedException interrupted) {
            fail(interrupted, loaded);
        } catch (Throwable unusable) {
            fail(unusable, loaded);
        }
    }

    private Criteria<TextBatch, VectorBatch> criteria(Path unpacked, Featurizer featurizer) {
        return Criteria.builder()
                .setTypes(TextBatch.class, VectorBatch.class)
                .optEngine("TensorFlow")
                .optModelPath(unpacked)
                .optModelName("saved_model.pb")
                .optTranslator(new FeatureTranslator(featurizer, model().dimensions()))
                .build();
    }

    private void fail(Throwable cause, CompletableFuture<@Nullable Void> loaded) {
        var why = "the model cannot be loaded: " + cause.getMessage();
        move(new State.Failed(why));
        queue.close();
        loaded.completeExceptionally(new IOException(why, cause));
    }

    /// Nothing follows the end.
    private void move(State to) {
        synchronized (transition) {
            if (!(state instanceof State.Closed)) {
                state = to;
            }
        }
    }

    /// Where in its life the embedder is.
    private sealed interface State {

        /// For a caller who wanted it to be ready.
        String why();

        record Idle() implements State {
            @Override
            public String why() {
                return "the model is not being loaded yet";
            }
        }

        record Loading() implements State {
            @Override
            public String why() {
                return "the model is being loaded";
            }
        }

        record Ready() implements State {
            @Override
            public String why() {
                return "the model is loaded";
            }
        }

        record Failed(String why) implements State {}

        record Closed() implements State {
            @Override
            public String why() {
                return "the model was closed";
            }
        }
    }
}
