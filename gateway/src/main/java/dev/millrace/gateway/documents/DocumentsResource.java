package dev.millrace.gateway.documents;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.submit.Ingest;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submission.IdFrom;
import dev.millrace.gateway.submit.Submitter;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// `POST /v1/documents`.
public final class DocumentsResource {

    private final Submitter submitter;
    private final Ingest ingest;

    public DocumentsResource(Submitter submitter, Ingest ingest) {
        this.submitter = submitter;
        this.ingest = ingest;
    }

    /// Takes a document in. Blocks while its text is stored.
    public CompletionStage<Answer> submit(Call call) {
        var request = DocumentRequest.of(call);
        var prepared =
                ingest.prepare(call.tenant(), request.name(), request.mediaType(), request.text());
        var keyed = Submitter.keyed(call);
        var task = keyed == null ? prepared.document().ingestTask() : keyed;
        var submission =
                new Submission(
                        task,
                        keyed == null ? IdFrom.CONTENT : IdFrom.KEY,
                        BuiltInKinds.INGEST.name(),
                        prepared.input(),
                        prepared.inputDigest(),
                        request.labels(),
                        request.subject(),
                        Terms.DEFAULT,
                        false,
                        List.of());
        return submitter
                .submit(call, submission)
                .thenApply(accepted ->
                        accepted.answer(
                                new JsonObject()
                                        .put("id", prepared.document().toString())
                                        .put("task", accepted.task().toString())));
    }
}
