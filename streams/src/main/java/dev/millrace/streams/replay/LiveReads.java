package dev.millrace.streams.replay;

import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/// Reads the live views, again for some time while they are not there yet or move.
final class LiveReads {

    private static final int MOST_TRIES = 24;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Views live;
    private final Course course;

    LiveReads(Views live, Course course) {
        this.live = live;
        this.course = course;
    }

    ViewPage list(ViewQuery query)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        return tried(() -> live.list(query));
    }

    ViewRow get(RowQuery query) throws ExecutionException, Course.Cancelled, InterruptedException {
        return tried(() -> live.get(query));
    }

    private <T> T tried(Supplier<CompletionStage<T>> question)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            course.check();
            try {
                return done(question.get());
            } catch (ExecutionException failed) {
                boolean isPassing =
                        failed.getCause() instanceof ViewBehind
                                || failed.getCause() instanceof ViewUnavailable;
                if (!isPassing || attempt == MOST_TRIES) {
                    throw failed;
                }
                course.sleep(PAUSE.toNanos());
            }
        }
    }

    static <T> T done(CompletionStage<T> answer) throws ExecutionException, InterruptedException {
        return answer.toCompletableFuture().get();
    }
}
