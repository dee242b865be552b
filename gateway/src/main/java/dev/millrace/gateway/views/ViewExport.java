package dev.millrace.gateway.views;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.rows.Fields;
import dev.millrace.gateway.rows.RowAnswers;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `GET /v1/views/{view}/export`: rows as NDJSON, page after page of them in one answer.
///
/// An answer is made as a whole before it is sent, within bounds: so none breaks off half-way, and
/// what comes next is known in its head.
public final class ViewExport {

    /// Most rows of an answer.
    public static final int MOST_ROWS = 10_000;

    /* The page that passes it is the last one. */
    private static final int ENOUGH_BYTES = 16 << 20;

    private static final int PAGE = 1_000;
    private static final int OK = 200;
    private static final String NDJSON = "application/x-ndjson";

    private final Views views;

    public ViewExport(Views views) {
        this.views = views;
    }

    /// Answers with as many rows as one answer takes.
    public CompletionStage<Answer> export(Call call) {
        var view = call.required("view");
        var lines = new Lines(call, view, RowAnswers.fields(call, view));
        return lines.from(call.text(RowAnswers.TOKEN), RowAnswers.after(call));
    }

    /// One answer while it is made. Used by one thread at a time.
    private final class Lines {

        private final Call call;
        private final String view;
        private final Fields fields;
        private final Buffer body = Buffer.buffer();
        private @Nullable Position position;
        private int rows;

        Lines(Call call, String view, Fields fields) {
            this.call = call;
            this.view = view;
            this.fields = fields;
        }

        CompletionStage<Answer> from(@Nullable String token, Position after) {
            return views.list(
                            new ViewQuery(
                                    view,
                                    call.tenant(),
                                    call.filters(),
                                    "true".equals(call.text("reverse")),
                                    false,
                                    PAGE,
                                    token,
                                    after,
                                    "ok".equals(call.text("stale"))))
                    .thenCompose(this::add);
        }

        private CompletionStage<Answer> add(ViewPage page) {
            page.items().forEach(row -> body.appendString(fields.of(row)).appendString("\n"));
            rows += page.items().size();
            var first = position == null ? page.position() : position;
            position = first;
            var next = page.nextToken();
            return next == null || rows + PAGE > MOST_ROWS || body.length() >= ENOUGH_BYTES
                    ? CompletableFuture.completedStage(answer(first, next))
                    : from(next, RowAnswers.after(call));
        }

        private Answer answer(Position first, @Nullable String next) {
            var headers = new HashMap<String, String>();
            headers.put(RowAnswers.POSITION, first.toString());
            headers.put(
                    "Content-Disposition", "attachment; filename=\"%s.ndjson\"".formatted(view));
            if (next != null) {
                headers.put(RowAnswers.NEXT, next);
            }
            return new Answer(OK, NDJSON, body, headers);
        }
    }
}
