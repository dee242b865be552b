package dev.millrace.gateway.contract;

import dev.millrace.gateway.contract.BodyReader.Meter;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Takes a form with one file into memory; nothing is written to disk. Used once, on the request's
/// event loop.
final class FormReader {

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final String mediaType;
    private final int maxBodyBytes;
    private final Meter meter;
    private final Promise<Received> done;
    private final Buffer content = Buffer.buffer();
    private @Nullable HttpServerFileUpload file;
    private boolean fileEnded;
    private boolean requestEnded;

    /// @param done told what came of it, unless somebody has ended the wait
    FormReader(
            Vertx vertx,
            HttpServerRequest request,
            String mediaType,
            int maxBodyBytes,
            Promise<Received> done) {
        this.vertx = vertx;
        this.done = done;
        this.request = request;
        this.mediaType = mediaType;
        this.maxBodyBytes = maxBodyBytes;
        this.meter = new Meter(request, maxBodyBytes);
    }

    void read() {
        var type = request.getHeader("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).contains("boundary=")) {
            // What follows would be read as a form of another type.
            fail(new IllegalStateException("no boundary in its Content-Type"));
            return;
        }
        request.uploadHandler(this::onFile);
        request.exceptionHandler(this::fail);
        request.endHandler(_ -> {
            requestEnded = true;
            finish();
            // A file that ends goes with the request's last piece, or the turn after.
            vertx.runOnContext(_ -> {
                if (!done.future().isComplete()) {
                    fail(new IllegalStateException("the form has no end"));
                }
            });
        });
        try {
            request.setExpectMultipart(true);
        } catch (RuntimeException noBoundary) {
            fail(noBoundary);
        }
    }

    private void onFile(HttpServerFileUpload upload) {
        if (file != null) {
            upload.handler(meter::admits);
            done.tryFail(
                    new ProblemException(
                            Problem.ofField(
                                    ProblemKind.INVALID_REQUEST,
                                    upload.name(),
                                    "a second file (expected: one)")));
            return;
        }
        file = upload;
        upload.exceptionHandler(this::fail);
        upload.handler(piece -> {
            if (done.future().isComplete()) {
                return;
            }
            if (meter.admits(piece)) {
                content.appendBuffer(piece);
            } else {
                done.tryFail(new ProblemException(BodyReader.tooLarge(maxBodyBytes)));
            }
        });
        upload.endHandler(_ -> {
            fileEnded = true;
            finish();
        });
    }

    private void finish() {
        if (!requestEnded || (file != null && !fileEnded)) {
            return;
        }
        var fields = new LinkedHashMap<String, String>();
        for (var attribute : request.formAttributes()) {
            if (fields.put(attribute.getKey(), attribute.getValue()) != null) {
                done.tryFail(
                        new ProblemException(
                                Problem.ofField(
                                        ProblemKind.INVALID_REQUEST,
                                        attribute.getKey(),
                                        "given more than once")));
                return;
            }
        }
        done.tryComplete(new Received.Form(mediaType, fields, uploaded()));
    }

    private @Nullable Upload uploaded() {
        if (file == null) {
            return null;
        }
        var type = file.contentType();
        return new Upload(file.filename(), type == null ? "" : type, content.getBytes());
    }

    private void fail(Throwable broken) {
        done.tryFail(new ProblemException(BodyReader.unreadable(broken)));
    }
}
