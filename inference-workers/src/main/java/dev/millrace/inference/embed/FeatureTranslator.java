package dev.millrace.inference.embed;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import dev.millrace.domain.search.Vector;
import dev.millrace.inference.features.Features;
import dev.millrace.inference.features.Featurizer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;

/// Turns a whole batch of texts into the three inputs of a built-in model's graph, and its output
/// into vectors. (A translator a text, stacked by DJL, costs ten times as much.)
///
/// Confined to one thread.
final class FeatureTranslator implements NoBatchifyTranslator<TextBatch, VectorBatch> {

    private final Featurizer featurizer;
    private final int dimensions;

    /// @param dimensions of the model's vectors
    FeatureTranslator(Featurizer featurizer, int dimensions) {
        this.featurizer = featurizer;
        this.dimensions = dimensions;
    }

    @Override
    public NDList processInput(TranslatorContext context, TextBatch batch) {
        var texts = batch.texts();
        var rows = new ArrayList<Features>(texts.size());
        int count = 0;
        for (var text : texts) {
            var row = featurizer.of(text);
            rows.add(row);
            count += row.size();
        }
        var indices = LongBuffer.allocate(2 * count);
        var weights = FloatBuffer.allocate(count);
        for (int i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            for (int j = 0; j < row.size(); j++) {
                indices.put(i).put(row.row(j));
                weights.put(row.weight(j));
            }
        }
        var shape = LongBuffer.wrap(new long[] {texts.size(), featurizer.rows()});

        var manager = context.getNDManager();
        var inputs =
                new NDList(
                        manager.create(indices.flip(), new Shape(count, 2), DataType.INT64),
                        manager.create(weights.flip(), new Shape(count), DataType.FLOAT32),
                        manager.create(shape, new Shape(2), DataType.INT64));
        // The engine matches inputs by these names.
        inputs.get(0).setName("indices");
        inputs.get(1).setName("weights");
        inputs.get(2).setName("shape");
        return inputs;
    }

    @Override
    public VectorBatch processOutput(TranslatorContext context, NDList outputs) {
        var all = outputs.singletonOrThrow().toFloatArray();
        var vectors = new ArrayList<Vector>(all.length / dimensions);
        for (int from = 0; from < all.length; from += dimensions) {
            vectors.add(Vector.of(Arrays.copyOfRange(all, from, from + dimensions)));
        }
        return new VectorBatch(vectors);
    }
}
