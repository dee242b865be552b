package dev.millrace.domain.kind;

/// Where tasks wait for workers, by kind.
///
/// Safe for use by many threads.
@FunctionalInterface
public interface WorkQueues {

    /// Makes sure that a kind's work has somewhere to wait. Doing it again changes nothing. Blocks
    /// for a bounded time.
    ///
    /// @param kind its name
    /// @throws KindsUnavailable if that cannot be done just now; it may be half done
    void provide(String kind) throws KindsUnavailable, InterruptedException;
}
