package dev.millrace.site;

import dev.millrace.domain.view.ViewUnavailable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// What a view answers while its instances come and go.
final class ViewAnswer {

    private ViewAnswer() {}

    /// The answer; null if it is that the view is unavailable.
    static <T> @Nullable T of(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ViewUnavailable) {
                return null;
            }
            throw new AssertionError(failed.getCause());
        }
    }
}
