package dev.millrace.inference.export;

import dev.millrace.inference.hashing.SignTable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/// The graph of the `hashed-ngrams` model and its export.
///
/// ```
/// indices [n, 2] (text, bucket) ─┐
/// weights [n] ───────────────────┼─▶ sparse × table ──▶ ÷ length ──▶ vectors [texts, 384]
/// shape [2] = texts, buckets ────┘   (variable, 32768 × 384)
/// ```
///
/// A product with a sparse matrix is the embedding gather and the weighted sum in one, without a
/// `[texts, features, 384]` tensor in between; the sum has the direction of the mean, and only the
/// direction is kept.
final class HashedNgramsGraph {

    /// Divides a sum that is zero in all 384 places, should there ever be one, without harm.
    private static final float SMALLEST_SQUARE = 1e-12f;

    private HashedNgramsGraph() {}

    /// Writes a SavedModel whose table is a variable: constants would take seconds to load.
    static void export(Path into) throws IOException {
        try (var graph = new Graph();
                var session = new Session(graph)) {
            var tf = Ops.create(graph);
            var tableShape = Shape.of(SignTable.BUCKETS, SignTable.DIMENSIONS);
            var indices = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(-1, 2)));
            var weights = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
            var shape = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
            var table = tf.variable(tableShape, TFloat32.class);

            var sums = tf.sparse.sparseTensorDenseMatMul(indices, weights, shape, table);
            var squares =
                    tf.reduceSum(
                            tf.math.square(sums), tf.constant(1), ReduceSum.keepDims(Boolean.TRUE));
            var vectors =
                    tf.math.mul(
                            sums,
                            tf.math.rsqrt(tf.math.maximum(squares, tf.constant(SMALLEST_SQUARE))));

            var signs = tf.placeholder(TFloat32.class, Placeholder.shape(tableShape));
            var assign = tf.assign(table, signs);
            try (var tensor = TFloat32.tensorOf(tableShape, DataBuffers.of(signs()))) {
                session.runner().addTarget(assign).feed(signs, tensor).run().close();
            }

            var signature =
                    Signature.builder()
                            .input("indices", indices)
                            .input("weights", weights)
                            .input("shape", shape)
                            .output("vectors", vectors)
                            .build();
            SavedModelBundle.exporter(into.toString())
                    .withFunction(SessionFunction.create(signature, session))
                    .export();
        }
    }

    private static FloatBuffer signs() {
        var signs = FloatBuffer.allocate(SignTable.BUCKETS * SignTable.DIMENSIONS);
        SignTable.fill(signs);
        return signs.flip();
    }
}
