package dev.millrace.gateway.submit;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.blob.StorageFull;
import dev.millrace.domain.event.Content;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where inputs go that are too large for the log: the blob store, whose faults are answers here.
///
/// Nothing was submitted when it fails, so asking again is always safe. Safe for use by many
/// threads; calls block on the blob store.
public final class InputStore {

    private static final Logger LOG = LoggerFactory.getLogger(InputStore.class);
    private static final int RETRY_SECONDS = 2;
    private static final int FULL_RETRY_SECONDS = 60;

    private final BlobStore blobs;

    public InputStore(BlobStore blobs) {
        this.blobs = blobs;
    }

    /// Stores content.
    ///
    /// @throws ProblemException 503 if the store fails just now, 507 if it is full
    public void put(byte[] content) {
        try {
            blobs.put(content);
        } catch (IOException fault) {
            throw unstored(fault);
        }
    }

    /// Puts a text into the record if it is small enough, else into the store.
    ///
    /// @throws ProblemException 503 if the store fails just now, 507 if it is full
    public Content hold(String text) {
        try {
            return blobs.hold(text);
        } catch (IOException fault) {
            throw unstored(fault);
        }
    }

    /* The message of an IOException may name a folder of this machine, which is nobody's business. */
    private static ProblemException unstored(IOException fault) {
        boolean full = fault instanceof StorageFull;
        LOG.atWarn()
                .setMessage("An input could not be stored; its sender was told to ask again")
                .addKeyValue("full", full)
                .setCause(fault)
                .log();
        return new ProblemException(
                full
                        ? Problem.retryAfter(
                                ProblemKind.STORAGE_FULL,
                                "the site's disk has no room for this input and nothing was"
                                        + " submitted; once its operator has made room, sending the"
                                        + " same request again is safe",
                                FULL_RETRY_SECONDS)
                        : Problem.retryAfter(
                                ProblemKind.UNAVAILABLE,
                                "the input could not be stored just now and nothing was submitted;"
                                        + " sending the same request again is safe",
                                RETRY_SECONDS));
    }
}
