package dev.millrace.inference.work;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.task.TaskId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a worker may know of the attempt that it is about.
///
/// Its lease is extended by itself for as long as the work goes on, up to [#endsBy]. Safe for use
/// by many threads.
public interface Attempt {

    TaskId task();

    /// 1 is the first.
    int number();

    /// How many there may be.
    int mostAttempts();

    /// When the task expires; null for never.
    @Nullable Instant deadline();

    /// When the attempt has failed if it still goes on: by the `timeout_ms` of its kind, or after a
    /// day. It is interrupted then.
    Instant endsBy();

    /// The tasks that this one waited for (`after`), in the order in which it names them; empty if
    /// it waited for none, and the first hundred if it waited for more.
    List<Dependency> dependencies();

    /// Whether [#dependencies] are all of them, with the output of each that succeeded. What is
    /// missing is in the rows of the tasks, which the gateway shows.
    boolean dependenciesAreComplete();

    /// Tells people how far the work is. Costs nothing to speak of: it returns at once, and of what
    /// is said within a second only the last is told, and that always.
    ///
    /// @param fraction of the work that is done; 0 to 1
    /// @param note for people, at most 256 characters (longer is cut)
    /// @throws IllegalArgumentException if the fraction is out of range
    void progress(double fraction, String note);

    /// Whether the attempt is not wanted any more: what comes of it will be refused.
    boolean isWithdrawn();

    /// Where larger things are kept.
    BlobStore blobs();
}
