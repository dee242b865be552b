package dev.millrace.inference.hashing;

/// The features of one text: buckets of the model's table, each with a positive weight. Never
/// empty; no bucket comes twice.
public final class Features {

    private final int[] buckets;
    private final float[] weights;

    /// Takes the arrays over.
    Features(int[] buckets, float[] weights) {
        this.buckets = buckets;
        this.weights = weights;
    }

    /// 1 to [NgramFeaturizer#MAX_FEATURES].
    public int size() {
        return buckets.length;
    }

    /// 0 to [SignTable#BUCKETS] (exclusive).
    public int bucket(int index) {
        return buckets[index];
    }

    public float weight(int index) {
        return weights[index];
    }
}
