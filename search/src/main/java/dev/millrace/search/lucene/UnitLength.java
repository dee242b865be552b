package dev.millrace.search.lucene;

import dev.millrace.domain.search.Vector;

/// The rule that vectors have length 1, on which comparing them by dot product rests.
public final class UnitLength {

    /// How far from 1 a length may be; 32-bit arithmetic over some hundred components stays well
    /// below.
    public static final double TOLERANCE = 1e-3;

    private UnitLength() {}

    /// The Euclidean length.
    public static double lengthOf(Vector vector) {
        double squares = 0;
        for (int i = 0; i < vector.dimensions(); i++) {
            double component = vector.component(i);
            squares += component * component;
        }
        return Math.sqrt(squares);
    }

    /// Whether the length is 1, give or take [#TOLERANCE].
    public static boolean isUnit(Vector vector) {
        return Math.abs(lengthOf(vector) - 1) <= TOLERANCE;
    }
}
