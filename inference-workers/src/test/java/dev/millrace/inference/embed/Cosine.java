package dev.millrace.inference.embed;

import dev.millrace.domain.search.Vector;

/// How alike two vectors of unit length are.
final class Cosine {

    private Cosine() {}

    static double of(Vector a, Vector b) {
        double sum = 0;
        for (int i = 0; i < a.dimensions(); i++) {
            sum += (double) a.component(i) * b.component(i);
        }
        return sum;
    }
}
