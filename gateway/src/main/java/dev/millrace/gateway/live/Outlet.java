package dev.millrace.gateway.live;

import org.jspecify.annotations.Nullable;

/// Where a stream goes, in the form of its protocol. Used on the stream's thread alone.
///
/// What is put in goes out with [#flush]; a large event leaves piece by piece, as the client takes
/// it.
interface Outlet {

    /// The most that is handed on at a time, in bytes.
    int PIECE_BYTES = 16 * 1024;

    /// The first thing in a stream: where it begins, and when to come back if it breaks.
    void open(int retryMillis, String id);

    /// An event.
    ///
    /// @param id in ASCII: where the client goes on from that has it
    void event(byte[] id, Frame frame);

    /// An id without an event: nothing is told to the client's program, but it resumes from here.
    void progress(String id);

    /// The last event.
    ///
    /// @param id null if the client must not resume
    /// @param ending why
    void last(@Nullable String id, Frame frame, Ending ending);

    /// Tells proxies and the client that somebody is there.
    void keepAlive();

    /// What was put in and not flushed yet, in bytes or characters.
    int held();

    /// Sends what was put in.
    void flush();

    /// Whether so much waits to be sent that no more should be put in.
    boolean isFull();

    /// Grows as what waits is taken.
    long taken();

    /// Calls back once, when it is not full any more.
    void onceDrained(Runnable action);

    /// Sends what waits, and ends.
    void end(Ending ending);

    /// Why a stream ends.
    enum Ending {
        /// The gateway stops.
        CLOSING,
        /// The client is too slow.
        DROPPED,
        /// What comes next is gone.
        GONE,
        /// Something is broken.
        BROKEN
    }
}
