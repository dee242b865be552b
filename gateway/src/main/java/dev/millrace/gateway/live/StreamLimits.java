package dev.millrace.gateway.live;

/// The bounds of all streams of a gateway together.
///
/// @param mostStreams clients at a time, 1 or more
/// @param ringEntries recent records kept, 1 or more
/// @param ringBytes what they may take up; a single one may be larger
/// @param mostCatchingUp clients for whom a piece of the log is read, or sent, at a time
record StreamLimits(int mostStreams, int ringEntries, long ringBytes, int mostCatchingUp) {

    /// With them all streams together take up less than 300 MiB when nobody reads theirs: the
    /// recent records 32, what waits to be sent 32 KiB a stream, and the pieces 96.
    static final StreamLimits DEFAULT =
            new StreamLimits(EventStreams.MOST_STREAMS, 16_384, 32L * 1024 * 1024, 128);
}
