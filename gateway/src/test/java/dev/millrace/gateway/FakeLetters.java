package dev.millrace.gateway;

import dev.millrace.domain.log.DeadLetterLog;
import dev.millrace.domain.view.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Answers with the page and the redrive that it was given, and remembers what it was asked.
final class FakeLetters implements DeadLetterLog {

    private volatile LetterPage page = new LetterPage(List.of(), null);
    private volatile Redrive redrive = new Redrive.NoLetter();
    private volatile @Nullable LetterQuery lastQuery;
    private volatile @Nullable String lastRedriven;

    void put(@Nullable Position next, DeadLetter... letters) {
        page = new LetterPage(List.of(letters), next);
    }

    void answer(Redrive with) {
        redrive = with;
    }

    @Nullable LetterQuery lastQuery() {
        return lastQuery;
    }

    /// `partition@offset` of the letter that was last to be redriven; null if none was.
    @Nullable String lastRedriven() {
        return lastRedriven;
    }

    @Override
    public CompletionStage<LetterPage> list(LetterQuery query) {
        lastQuery = query;
        return CompletableFuture.completedStage(page);
    }

    @Override
    public CompletionStage<Redrive> redrive(int partition, long offset) {
        lastRedriven = partition + "@" + offset;
        return CompletableFuture.completedStage(redrive);
    }
}
