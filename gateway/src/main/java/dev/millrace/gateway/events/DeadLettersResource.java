package dev.millrace.gateway.events;

import dev.millrace.domain.log.DeadLetterLog;
import dev.millrace.domain.log.DeadLetterLog.DeadLetter;
import dev.millrace.domain.log.DeadLetterLog.LetterQuery;
import dev.millrace.domain.log.DeadLetterLog.Order;
import dev.millrace.domain.log.DeadLetterLog.Redrive;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/// `GET /v1/dead-letters` and `POST /v1/dead-letters/{partition}/{offset}/redrive`.
public final class DeadLettersResource {

    private static final int ACCEPTED = 202;
    private static final String TOKEN = "token";

    private final DeadLetterLog letters;

    public DeadLettersResource(DeadLetterLog letters) {
        this.letters = letters;
    }

    /// Lists what was passed over, without what is in it.
    public CompletionStage<Answer> list(Call call) {
        var token = call.text(TOKEN);
        var query =
                new LetterQuery(
                        Order.valueOf(call.required("order").toUpperCase(Locale.ROOT)),
                        token == null ? Position.START : Call.parsed(TOKEN, token, Position::parse),
                        call.integer("limit"));
        return letters.list(query)
                .thenApply(page -> {
                    var next = page.next();
                    return Answer.page(
                            call,
                            page.letters().stream().map(DeadLettersResource::json).toList(),
                            next == null ? null : next.toString(),
                            next == null ? query.from() : next,
                            TOKEN);
                });
    }

    /// Writes what was passed over once more.
    public CompletionStage<Answer> redrive(Call call) {
        int partition = call.integer("partition");
        long offset = Call.parsed("offset", call.required("offset"), DeadLettersResource::offset);
        return letters.redrive(partition, offset).thenApply(redrive -> answer(call, redrive));
    }

    private static Answer answer(Call call, Redrive redrive) {
        return switch (redrive) {
            case Redrive.Done(Position position) ->
                    Answer.json(ACCEPTED, new JsonObject().put("position", position.toString()));
            case Redrive.Refused(String why) ->
                    throw new ProblemException(Problem.of(ProblemKind.NOT_REDRIVABLE, why));
            case Redrive.NoLetter() ->
                    throw new ProblemException(
                            Problem.of(
                                    ProblemKind.NOT_FOUND,
                                    "there is no dead letter at offset %s of partition %d; GET"
                                                    .formatted(
                                                            call.required("offset"),
                                                            call.integer("partition"))
                                            + " /v1/dead-letters lists them"));
        };
    }

    private static long offset(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException(text + " (expected: an offset)", notNumber);
        }
    }

    private static String json(DeadLetter letter) {
        return new JsonObject()
                .put("partition", letter.partition())
                .put("offset", letter.offset())
                .put("time", letter.time().toString())
                .put("origin", letter.origin())
                .put("consumer", letter.consumer())
                .put("code", letter.code())
                .put("detail", letter.detail())
                .put("bytes", letter.bytes())
                .put("cut", letter.isCut())
                .put("redriven_from", letter.redrivenFrom())
                .encode();
    }
}
