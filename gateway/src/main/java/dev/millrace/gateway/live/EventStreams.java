package dev.millrace.gateway.live;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.live.StreamRequest.From;
import dev.millrace.gateway.problem.ProblemException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Streams of events: `GET /v1/events` by a caller who would have one.
///
/// Safe for use by many threads.
public final class EventStreams {

    private static final int START_SECONDS = 10;

    private final LiveStreams streams;

    public EventStreams(LiveStreams streams) {
        this.streams = streams;
    }

    /// Answers with a stream, or with a problem if it cannot begin where it should.
    ///
    /// @throws ProblemException if there are too many
    public CompletionStage<Answer> open(Call call) throws InvalidQuery {
        var request = StreamRequest.of(call);
        streams.requireRoom(false);
        return streams.broadcast().thenCompose(shared -> opened(shared, request));
    }

    private CompletionStage<Answer> opened(Broadcast shared, StreamRequest request) {
        try {
            var selection = request.selection(shared.layout());
            shared.include(selection.topics());
            return place(shared, selection, request.from())
                    .thenApply(place ->
                            streams.answer(
                                    shared,
                                    false,
                                    (stream, outlet, turns) -> {
                                        var cursor =
                                                new Cursor(
                                                        streams.log(),
                                                        shared.ring(),
                                                        turns,
                                                        selection,
                                                        request.filter(),
                                                        place,
                                                        stream::run,
                                                        stream::signal);
                                        return new EventSource(
                                                stream, outlet, shared.ring(), cursor);
                                    }));
        } catch (InvalidQuery | ViewUnavailable refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private CompletionStage<long[]> place(Broadcast shared, Selection selection, From from) {
        return switch (from) {
            case From.Latest _ -> latest(shared, selection);
            case From.Earliest _ ->
                    streams.log()
                            .bounds(selection.partitions())
                            .thenApply(bounds -> selection.place(bounds.earliest(), Map.of()));
            case From.Since(var time) ->
                    streams.log()
                            .at(selection.partitions(), time)
                            .thenApply(next -> selection.place(next, Map.of()));
            case From.At(var next) -> streams.resumed(shared, selection, next);
        };
    }

    private static CompletionStage<long[]> latest(Broadcast shared, Selection selection) {
        return shared.head(selection)
                .orTimeout(START_SECONDS, TimeUnit.SECONDS)
                .exceptionallyCompose(_ ->
                        CompletableFuture.failedFuture(
                                new ViewUnavailable(
                                        "events", "the brokers do not answer; ask again soon")));
    }
}
