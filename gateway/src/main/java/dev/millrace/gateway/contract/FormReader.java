package dev.millrace.gateway.contract;

import dev.millrace.gateway.contract.BodyReader.Meter;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Takes a form with one file into memory; nothing is written to disk. Used once, on the request's
/// event loop.
final class FormReader {

    private final HttpServerRequest request;
    private final String mediaType;
    private final int maxBodyBytes;
    private final Meter meter;
    private final Promise<Received> done = Promise.promise();
    private final Buffer content = Buffer.buffer();
    private @Nullable HttpServerFileUpload file;
    private boolean fileEnded;
    private boolean requestEnded;

    FormReader(HttpServerRequest request, String mediaType, int maxBodyBytes) {
        this.request = request;
        this.mediaType = mediaType;
        this.maxBodyBytes = maxBodyBytes;
        this.meter = new Meter(request, maxBodyBytes);
    }

    Future<Received> read() {
        request.uploadHandler(this::onFile);
        request.exceptionHandler(this::fail);
        request.endHandler(
                _ -> {
                    requestEnded = true;
                    finish();
                });
        try {
            request.setExpectMultipart(true);
        } catch (RuntimeException noBoundary) {
            fail(noBoundary);
        }
        return done.future();
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
        upload.handler(
                piece -> {
                    if (meter.admits(piece)) {
                        content.appendBuffer(piece);
                    } else {
                        done.tryFail(new ProblemException(BodyReader.tooLarge(maxBodyBytes)));
                    }
                });
        upload.endHandler(
                _ -> {
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
