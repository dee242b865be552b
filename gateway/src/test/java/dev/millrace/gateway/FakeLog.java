package dev.millrace.gateway;

import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.view.InvalidQuery;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A log of fixed events, given out one a page.
final class FakeLog implements EventLog {

    private volatile List<LoggedEvent> events = List.of();
    private volatile @Nullable LogQuery last;

    void put(LoggedEvent... logged) {
        events = List.of(logged);
    }

    @Nullable LogQuery last() {
        return last;
    }

    @Override
    public CompletionStage<LogPage> read(LogQuery query) {
        last = query;
        if (!query.topic().startsWith("millrace.")) {
            return CompletableFuture.failedStage(
                    new InvalidQuery("topic: " + query.topic() + " (expected: …)"));
        }
        var rest =
                events.stream()
                        .filter(event ->
                                event.offset()
                                        > query.after().offset(event.topic(), event.partition()))
                        .toList();
        var page = rest.subList(0, Math.min(rest.size(), query.limit()));
        var position = query.after();
        for (var event : page) {
            position = position.with(event.topic(), event.partition(), event.offset());
        }
        return CompletableFuture.completedStage(
                new LogPage(page, position, page.size() == rest.size()));
    }
}
