package dev.millrace.inference.worker;

/// What a worker has done since it was started. Committed work only.
///
/// @param embedded chunks
/// @param skipped records whose payload is sealed, or of a newer version
/// @param deadLettered records that could not be read or embedded
/// @param batches transactions
/// @param postponed batches that were put back to be tried again
public record Counts(long embedded, long skipped, long deadLettered, long batches, long postponed) {

    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts plusBatch(int moreEmbedded, int moreSkipped, int moreDeadLettered) {
        return new Counts(
                embedded + moreEmbedded,
                skipped + moreSkipped,
                deadLettered + moreDeadLettered,
                batches + 1,
                postponed);
    }

    Counts plusPostponed() {
        return new Counts(embedded, skipped, deadLettered, batches, postponed + 1);
    }
}
