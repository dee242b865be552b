package dev.millrace.gateway.live;

/// The bounds of all streams of a gateway together.
///
/// @param mostStreams clients at a time, 1 or more
/// @param mostOfRows of them, those that follow views
/// @param ringEntries recent records kept, 1 or more
/// @param ringBytes what they may take up; a single one may be larger
/// @param mostCatchingUp clients for whom a piece of the log is read, or sent, at a time
/// @param mostReadingRows clients for whom a page of a view, or a piece of the log for one, is read
///   or sent at a time
record StreamLimits(
        int mostStreams,
        int mostOfRows,
        int ringEntries,
        long ringBytes,
        int mostCatchingUp,
        int mostReadingRows) {

    /// With them all streams together take up less than 400 MiB when nobody reads theirs, as long
    /// as rows are of a usual size: the recent records 32, what waits to be sent 32 KiB a stream,
    /// the pieces 96, what is remembered of rows 32 KiB a stream that follows a view, and the rows
    /// that are kept 32.
    static final StreamLimits DEFAULT =
            new StreamLimits(
                    LiveStreams.MOST_STREAMS,
                    LiveStreams.MOST_OF_ROWS,
                    16_384,
                    32L * 1024 * 1024,
                    128,
                    32);

    /// The same, with as many streams of rows as of events.
    StreamLimits(int mostStreams, int ringEntries, long ringBytes, int mostCatchingUp) {
        this(mostStreams, mostStreams, ringEntries, ringBytes, mostCatchingUp, mostCatchingUp);
    }
}
