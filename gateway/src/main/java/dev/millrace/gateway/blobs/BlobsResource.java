package dev.millrace.gateway.blobs;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Digest;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /v1/blobs/{digest}`.
public final class BlobsResource {

    private static final Logger LOG = LoggerFactory.getLogger(BlobsResource.class);
    private static final int RETRY_SECONDS = 2;

    private final BlobStore blobs;

    public BlobsResource(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// Reads a blob. Blocks on the blob store.
    public CompletionStage<Answer> get(Call call) {
        var digest = new Digest(call.required("digest"));
        try {
            return CompletableFuture.completedStage(Answer.bytes(blobs.get(digest)));
        } catch (BlobLost lost) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.NOT_FOUND,
                            "there is no blob " + digest + ", or it is damaged"));
        } catch (IOException fault) { // its message may name a folder of this machine
            LOG.atWarn().setMessage("A blob could not be read").setCause(fault).log();
            throw new ProblemException(
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE,
                            "the blob could not be read just now",
                            RETRY_SECONDS));
        }
    }
}
