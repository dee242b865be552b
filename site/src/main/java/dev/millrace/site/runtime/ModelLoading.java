package dev.millrace.site.runtime;

import dev.millrace.gateway.status.Readiness;
import dev.millrace.inference.embed.DjlEmbedder;
import dev.millrace.inference.embed.NativeLibraries;
import dev.millrace.site.runtime.SiteReadiness.Check;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads the embedding model behind a site that is already of use without it: until then searches
/// go by words alone, and chunks wait to be embedded.
final class ModelLoading {

    private static final Logger LOG = LoggerFactory.getLogger(ModelLoading.class);
    private static final String PART = "model";
    private static final int STEP_PERCENT = 10;

    private final DjlEmbedder embedder;
    private final Parts parts;
    private volatile String detail = "not being loaded yet";
    private volatile boolean failed;
    private int toldPercent;

    ModelLoading(DjlEmbedder embedder, Parts parts) {
        this.embedder = embedder;
        this.parts = parts;
    }

    /// Begins; returns at once. A failure is told, and costs the site nothing but the model.
    void start() {
        long from = System.nanoTime();
        detail = "being loaded";
        var _ =
                embedder.loadAsync(this::unpacking)
                        .whenComplete((_, failure) -> {
                            if (failure == null) {
                                ready(System.nanoTime() - from);
                            } else {
                                failed(failure);
                            }
                        });
    }

    /// What the site says of the model when asked how it is.
    ///
    /// @param isRequired whether nothing here is of use without it
    Check check(boolean isRequired) {
        return new Check(PART, isRequired, this::state, () -> detail);
    }

    private Readiness.State state() {
        if (failed) {
            return Readiness.State.FAILED;
        }
        return embedder.isReady() ? Readiness.State.READY : Readiness.State.STARTING;
    }

    private synchronized void unpacking(NativeLibraries.Progress progress) {
        int percent = (int) (100 * progress.unpackedBytes() / Math.max(1, progress.totalBytes()));
        detail = "unpacking TensorFlow, %d %%".formatted(percent);
        if (percent >= toldPercent + STEP_PERCENT && percent < 100) {
            toldPercent = percent;
            parts.tell(new Progress(PART, detail));
        }
    }

    private void ready(long nanos) {
        detail = "";
        parts.tell(Progress.after(PART, "loaded", java.time.Duration.ofNanos(nanos)));
    }

    private void failed(Throwable failure) {
        if (!parts.isOver()) {
            failed = true;
            detail = "could not be loaded: " + failure.getMessage();
            LOG.atError()
                    .setMessage(
                            "The embedding model could not be loaded; searches go by words alone")
                    .setCause(failure)
                    .log();
            parts.tell(new Progress(PART, detail));
        }
    }
}
