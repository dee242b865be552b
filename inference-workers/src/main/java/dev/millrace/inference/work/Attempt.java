package dev.millrace.inference.work;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.task.TaskId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a worker may know of the attempt that it is about.
///
/// Its lease is extended by itself for as long as the work goes on. Safe for use by many threads.
public interface Attempt {

    TaskId task();

    /// 1 is the first.
    int number();

    /// How many there may be.
    int mostAttempts();

    /// When the task expires; null for never.
    @Nullable Instant deadline();

    /// Whether the attempt is not wanted any more: what comes of it will be refused.
    boolean isWithdrawn();

    /// Where larger things are kept.
    BlobStore blobs();
}
