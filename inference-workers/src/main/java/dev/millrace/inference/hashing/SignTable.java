package dev.millrace.inference.hashing;

import java.nio.FloatBuffer;

/// The table the model gathers from: one row of 384 signs (+1 or -1) a bucket, the same for ever.
///
/// A projection by random signs keeps angles nearly as they were (Achlioptas 2003): the cosine of
/// two vectors is that of their features, give or take about 1/√384 = 0.05. Signs rather than
/// Gaussian numbers because they do the same and compress thirty-fold in the archive.
///
/// Row `r` takes its signs from the bits, lowest first, of outputs `6r` to `6r + 5` of SplitMix64.
public final class SignTable {

    /// A power of two. More would mean fewer features that share a row, fewer a smaller table.
    public static final int BUCKETS = 1 << 15;

    public static final int DIMENSIONS = 384;

    /// The row of texts that have no feature at all; no feature is ever hashed to it.
    public static final int FEATURELESS = 0;

    private static final long SEED = 0x4d696c6c72616365L; // "Millrace"
    private static final int WORDS_PER_ROW = DIMENSIONS / Long.SIZE;

    private SignTable() {}

    /// Writes the whole table, row by row.
    ///
    /// @param into with room for [#BUCKETS] × [#DIMENSIONS] numbers
    public static void fill(FloatBuffer into) {
        var row = new float[DIMENSIONS];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            for (int word = 0; word < WORDS_PER_ROW; word++) {
                long bits = Mixing.splitMix(SEED, (long) bucket * WORDS_PER_ROW + word);
                for (int bit = 0; bit < Long.SIZE; bit++) {
                    row[word * Long.SIZE + bit] = (bits >>> bit & 1) == 0 ? 1f : -1f;
                }
            }
            into.put(row);
        }
    }

    /// The row of a feature: any but [#FEATURELESS].
    static int bucketOf(long hash) {
        int bucket = (int) Mixing.avalanche(hash) & (BUCKETS - 1);
        return bucket == FEATURELESS ? FEATURELESS + 1 : bucket;
    }
}
