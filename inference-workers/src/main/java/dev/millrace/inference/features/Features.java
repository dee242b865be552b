package dev.millrace.inference.features;

/// The features of one text: rows of a model's table, each with a positive weight. Never empty; no
/// row comes twice.
public final class Features {

    private final int[] rows;
    private final float[] weights;

    /// Takes the arrays over.
    ///
    /// @throws IllegalArgumentException if there is none, or not one weight a row
    public Features(int[] rows, float[] weights) {
        if (rows.length == 0 || rows.length != weights.length) {
            throw new IllegalArgumentException(
                    "features: %d rows, %d weights (expected: >= 1, as many)"
                            .formatted(rows.length, weights.length));
        }
        this.rows = rows;
        this.weights = weights;
    }

    /// How many there are.
    public int size() {
        return rows.length;
    }

    /// 0 to [Featurizer#rows] (exclusive).
    public int row(int index) {
        return rows[index];
    }

    public float weight(int index) {
        return weights[index];
    }
}
