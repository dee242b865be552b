package dev.millrace.gateway.export;

import dev.millrace.domain.log.LogExports.LogExport;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes one export into a response: reads on only once the client has taken what was written
/// before, so that no more than a batch and [#QUEUE_BYTES] wait for it.
///
/// A client that takes nothing for [#LONGEST_STALL] is cut off, and so is one whose export fails:
/// without the last chunk, so that nobody takes a part for the whole.
final class ExportStream implements Runnable {

    static final int QUEUE_BYTES = 256 * 1024;
    static final Duration LONGEST_STALL = Duration.ofSeconds(30);

    /// Something is sent after so long a silence, if the form has anything to say then.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /// The trailer that says how many events have no form in the file.
    static final String LEFT_OUT = "Millrace-Left-Out";

    private static final Logger LOG = LoggerFactory.getLogger(ExportStream.class);

    private final LogExport export;
    private final ExportForm form;
    private final HttpServerResponse response;
    private final Context context;
    private final CompletableFuture<Void> over;
    private volatile CompletableFuture<Boolean> written = CompletableFuture.completedFuture(true);
    private long sentNanos = System.nanoTime();

    /// @param export begun
    /// @param context the event loop of the response
    /// @param over completes when the answer has ended or the caller is gone
    ExportStream(
            LogExport export,
            ExportForm form,
            HttpServerResponse response,
            Context context,
            CompletionStage<Void> over) {
        this.export = export;
        this.form = form;
        this.response = response;
        this.context = context;
        this.over = over.toCompletableFuture();
        var _ = this.over.whenComplete((_, _) -> written.complete(false));
    }

    /// The top of its thread, which blocks on the log and on the client.
    @Override
    public void run() {
        try (export) {
            context.runOnContext(_ -> writeHead());
            while (!export.isOver()) {
                var bytes = form.add(export.next());
                if (bytes.length() == 0 && isSilent()) {
                    bytes = form.keepAlive();
                }
                if (!write(bytes)) {
                    return; // nobody reads it any more
                }
            }
            end(form.end());
        } catch (TimeoutException stalled) {
            LOG.atInfo().setMessage("A client took nothing of an export any more").log();
            cutOff();
        } catch (Exception | Error failure) {
            LOG.atWarn()
                    .setMessage("An export broke off")
                    .addKeyValue("topic", export.topic())
                    .setCause(failure)
                    .log();
            cutOff();
        }
    }

    private void writeHead() {
        if (!response.ended() && !response.closed() && !response.headWritten()) {
            var _ = response.writeHead();
        }
    }

    private boolean isSilent() {
        return System.nanoTime() - sentNanos > KEEP_ALIVE.toNanos();
    }

    /// @return false if the caller is gone
    private boolean write(Buffer bytes)
            throws ExecutionException, InterruptedException, TimeoutException {
        if (bytes.length() == 0) {
            return !over.isDone();
        }
        sentNanos = System.nanoTime();
        var mine = new CompletableFuture<Boolean>();
        written = mine;
        if (over.isDone()) {
            return false;
        }
        context.runOnContext(_ -> write(bytes, mine));
        return mine.get(LONGEST_STALL.toSeconds(), TimeUnit.SECONDS);
    }

    private void write(Buffer bytes, CompletableFuture<Boolean> mine) {
        if (response.ended() || response.closed()) {
            mine.complete(false);
            return;
        }
        var _ = response.setWriteQueueMaxSize(QUEUE_BYTES).write(bytes);
        if (response.writeQueueFull()) {
            response.drainHandler(_ -> mine.complete(true));
        } else {
            mine.complete(true);
        }
    }

    private void end(Buffer rest) {
        context.runOnContext(_ -> {
            if (!response.ended() && !response.closed()) {
                if (form.leftOut() > 0) {
                    response.putTrailer(LEFT_OUT, Long.toString(form.leftOut()));
                }
                var _ = response.end(rest);
            }
        });
        if (form.leftOut() > 0) {
            LOG.atWarn()
                    .setMessage("Events that this version cannot read were left out of an export")
                    .addKeyValue("topic", export.topic())
                    .addKeyValue("events", form.leftOut())
                    .log();
        }
    }

    private void cutOff() {
        context.runOnContext(_ -> {
            if (!response.ended() && !response.closed()) {
                var _ = response.reset();
            }
        });
    }
}
