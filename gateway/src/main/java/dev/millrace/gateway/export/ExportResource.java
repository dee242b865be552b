package dev.millrace.gateway.export;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.LogExports;
import dev.millrace.domain.log.LogExports.ExportQuery;
import dev.millrace.domain.log.LogExports.LogExport;
import dev.millrace.domain.log.PositionGone;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.rows.RowAnswers;
import dev.millrace.schemas.client.Causes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// `GET /v1/events/export`.
public final class ExportResource {

    private static final String AVRO = "avro";

    private final LogExports log;
    private final Executor executor;

    /// @param executor a thread for each export, which blocks
    public ExportResource(LogExports log, Executor executor) {
        this.log = log;
        this.executor = executor;
    }

    /// Begins to write a file.
    public CompletionStage<Answer> export(Call call) {
        call.requireOwnTenant();
        var query =
                new ExportQuery(
                        call.required("topic"),
                        new EventFilter(
                                call.tenant(),
                                call.text("key"),
                                EventFilter.types(call.text("type")),
                                call.text("actor")),
                        moment(call, "after"),
                        moment(call, "until"));
        boolean isAvro = AVRO.equals(call.text("format"));
        return log.open(query)
                .thenApply(export -> answer(export, isAvro))
                .exceptionallyCompose(ExportResource::failed);
    }

    private Answer answer(LogExport export, boolean isAvro) {
        var until = export.until().toString();
        var form =
                isAvro
                        ? ExportForm.avro(
                                export.topic(),
                                Map.of("millrace.topic", export.topic(), "millrace.until", until))
                        : ExportForm.ndjson();
        var name = export.topic() + (isAvro ? ".avro" : ".ndjson");
        return Answer.stream(
                form.mediaType(),
                Map.of(
                        RowAnswers.POSITION,
                        until,
                        "Content-Disposition",
                        "attachment; filename=\"%s\"".formatted(name),
                        "X-Accel-Buffering",
                        "no"),
                (response, over) -> start(export, form, response, over));
    }

    /// Whether there is a place for it is known before the head of the answer is sent.
    private void start(
            LogExport export,
            ExportForm form,
            HttpServerResponse response,
            CompletionStage<Void> over) {
        var context = Objects.requireNonNull(Vertx.currentContext());
        try {
            export.begin();
            executor.execute(new ExportStream(export, form, response, context, over));
        } catch (ViewUnavailable tooMany) {
            export.close();
            throw new CompletionException(tooMany);
        } catch (RuntimeException refused) {
            export.close();
            throw refused;
        }
    }

    private static @Nullable Moment moment(Call call, String name) {
        var text = call.text(name);
        return text == null ? null : Call.parsed(name, text, Moment::parse);
    }

    private static CompletionStage<Answer> failed(Throwable failure) {
        var cause = Causes.ofStage(failure);
        return CompletableFuture.failedStage(
                cause instanceof PositionGone gone
                        ? new ProblemException(
                                Problem.of(
                                                ProblemKind.POSITION_GONE,
                                                String.valueOf(gone.getMessage()))
                                        .with("earliest", gone.earliest().toString()))
                        : cause);
    }
}
