package dev.millrace.streams.views.generation;

import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.schemas.client.Causes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The views of the generation that answers. A read ends with the generation with which it began,
/// unless that cannot answer any more: then it begins anew with the next. Safe for use by many
/// threads.
final class SwitchedViews implements Views {

    private volatile @Nullable Answering answering;

    @Override
    public List<ViewDescription> describe() {
        return ViewCatalogue.all();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        return ask(query.view(), views -> views.list(query));
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        return ask(query.view(), views -> views.get(query));
    }

    /// Lets reads that begin from now on be answered by other views.
    ///
    /// @return what the reads of the views before are waited for with; null if there were none
    @Nullable Answering answerFrom(Views views) {
        var before = answering;
        answering = new Answering(views);
        if (before != null) {
            before.retire();
        }
        return before;
    }

    private <T> CompletionStage<T> ask(String view, Function<Views, CompletionStage<T>> read) {
        var asked = answering;
        if (asked == null) {
            return CompletableFuture.failedStage(new ViewUnavailable(view, "it is starting"));
        }
        if (!asked.begin()) {
            return ask(view, read); // another took over in between
        }
        CompletionStage<T> answer;
        try {
            answer = read.apply(asked.views);
        } catch (RuntimeException refused) {
            asked.end();
            throw refused;
        }
        return answer.whenComplete((_, _) -> asked.end())
                .exceptionallyCompose(failure ->
                        isUnavailable(failure) && isOver(asked)
                                ? ask(view, read)
                                : CompletableFuture.failedFuture(failure));
    }

    @SuppressWarnings("ReferenceEquality") // this very generation, not one like it
    private boolean isOver(Answering asked) {
        return answering != asked;
    }

    private static boolean isUnavailable(Throwable failure) {
        return Causes.ofStage(failure) instanceof ViewUnavailable;
    }

    /// The views of a generation, and how many reads of them are under way.
    static final class Answering {

        private final Views views;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private int reads;
        private boolean isRetired;

        Answering(Views views) {
            this.views = views;
        }

        /// Whether a read may begin.
        private synchronized boolean begin() {
            if (!isRetired) {
                reads++;
            }
            return !isRetired;
        }

        private void end() {
            boolean isLast;
            synchronized (this) {
                reads--;
                isLast = isRetired && reads == 0;
            }
            if (isLast) {
                ended.complete(null);
            }
        }

        private void retire() {
            boolean isIdle;
            synchronized (this) {
                isRetired = true;
                isIdle = reads == 0;
            }
            if (isIdle) {
                ended.complete(null);
            }
        }

        /// Waits until the reads have ended, or for as long as told.
        ///
        /// @return whether they have
        boolean awaitEnd(long millis) throws InterruptedException {
            try {
                ended.get(millis, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException | ExecutionException late) {
                return false;
            }
        }
    }
}
