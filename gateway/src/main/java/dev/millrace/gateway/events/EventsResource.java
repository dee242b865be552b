package dev.millrace.gateway.events;

import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.log.EventLog.LogQuery;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.live.EventJson;
import dev.millrace.gateway.live.EventStreams;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// `GET /v1/events`: a page, or with `Accept: text/event-stream` all that comes.
public final class EventsResource {

    private static final List<String> OF_STREAMS = List.of("type", "task", "actor", "from");

    private final EventLog log;
    private final EventStreams streams;

    public EventsResource(EventLog log, EventStreams streams) {
        this.log = log;
        this.streams = streams;
    }

    /// Reads on from a position.
    public CompletionStage<Answer> read(Call call) throws InvalidQuery {
        call.requireOwnTenant();
        return call.wantsEvents() ? streams.open(call) : page(call);
    }

    private CompletionStage<Answer> page(Call call) {
        for (var name : OF_STREAMS) {
            if (call.query().containsKey(name)) {
                throw fault(name, "only of a stream (expected: Accept: text/event-stream)");
            }
        }
        var topic = call.text("topic");
        if (topic == null) {
            throw fault("topic", "required");
        }
        var after = call.text("after");
        var query =
                new LogQuery(
                        topic,
                        call.text("key"),
                        call.tenant(),
                        after == null
                                ? Position.START
                                : Call.parsed("after", after, Position::parse),
                        call.integer("limit"));
        return log.read(query)
                .thenApply(page ->
                        Answer.page(
                                call,
                                page.events().stream().map(EventJson::of).toList(),
                                page.atEnd() ? null : page.position().toString(),
                                page.position(),
                                "after",
                                ",\"at_end\":" + page.atEnd()));
    }

    private static ProblemException fault(String parameter, String message) {
        return new ProblemException(
                Problem.ofField(ProblemKind.INVALID_REQUEST, parameter, message));
    }
}
