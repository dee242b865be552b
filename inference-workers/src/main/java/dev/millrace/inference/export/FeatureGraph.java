package dev.millrace.inference.export;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/// The graph of the built-in models and its export.
///
/// ```
/// indices [n, 2] (text, row) ────┐
/// weights [n] (× row's weight) ──┼─▶ sparse × table ──▶ ÷ length ──▶ vectors [texts, dimensions]
/// shape [2] = texts, rows ───────┘   (variable, rows × dimensions)
/// ```
///
/// A product with a sparse matrix is the embedding gather and the weighted sum in one, without a
/// `[texts, features, dimensions]` tensor in between; the sum has the direction of the mean, and
/// only the direction is kept.
///
/// @param table row by row
/// @param rowWeights what each row weighs; null if all weigh the same
record FeatureGraph(int rows, int dimensions, FloatBuffer table, @Nullable FloatBuffer rowWeights) {

    /// Divides a sum that is zero in all places, should there ever be one, without harm.
    private static final float SMALLEST_SQUARE = 1e-12f;

    /// Writes a SavedModel whose tables are variables: constants would take seconds to load.
    void export(Path into) throws IOException {
        try (var graph = new Graph();
                var session = new Session(graph)) {
            var tf = Ops.create(graph);
            var indices = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(-1, 2)));
            var weights = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
            var shape = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));

            var sums =
                    tf.sparse.sparseTensorDenseMatMul(
                            indices,
                            weighted(tf, session, indices, weights),
                            shape,
                            variable(tf, session, Shape.of(rows, dimensions), table));
            var squares =
                    tf.reduceSum(
                            tf.math.square(sums), tf.constant(1), ReduceSum.keepDims(Boolean.TRUE));
            var vectors =
                    tf.math.mul(
                            sums,
                            tf.math.rsqrt(tf.math.maximum(squares, tf.constant(SMALLEST_SQUARE))));

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

    private Operand<TFloat32> weighted(
            Ops tf, Session session, Operand<TInt64> indices, Operand<TFloat32> weights) {
        if (rowWeights == null) {
            return weights;
        }
        var ofRows = variable(tf, session, Shape.of(rows), rowWeights);
        var second = tf.gather(indices, tf.constant(1), tf.constant(1));
        return tf.math.mul(weights, tf.gather(ofRows, second, tf.constant(0)));
    }

    private static Variable<TFloat32> variable(
            Ops tf, Session session, Shape shape, FloatBuffer content) {
        var variable = tf.variable(shape, TFloat32.class);
        var values = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
        var assign = tf.assign(variable, values);
        try (var tensor = TFloat32.tensorOf(shape, DataBuffers.of(content))) {
            session.runner().addTarget(assign).feed(values, tensor).run().close();
        }
        return variable;
    }
}
