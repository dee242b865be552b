package dev.millrace.inference.export;

import dev.millrace.domain.event.Digest;
import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.hashing.SignTable;
import dev.millrace.inference.tokens.TokenTable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/// What one built-in model is made of.
///
/// @param classes that decide what is in it, below our package
/// @param folder of files; `export` may read any
/// @param files that decide what is in it
/// @param beside those that travel with the SavedModel as they are
record ModelSource(
        BuiltInModel model,
        List<String> classes,
        Path folder,
        List<String> files,
        List<String> beside) {

    /// The sources of a model.
    ///
    /// @param folder with a folder for each model that has files
    static ModelSource of(BuiltInModel model, Path folder) {
        var own = folder.resolve(model.model().name());
        return switch (model) {
            case HASHED_NGRAMS ->
                    new ModelSource(
                            model,
                            List.of(
                                    "export/FeatureGraph",
                                    "export/ModelSource",
                                    "hashing/SignTable",
                                    "hashing/Mixing"),
                            own,
                            List.of(),
                            List.of());
            case STATIC_MINILM ->
                    new ModelSource(
                            model,
                            List.of(
                                    "export/FeatureGraph",
                                    "export/ModelSource",
                                    "tokens/TokenTable"),
                            own,
                            List.of("table.i8", "weights.f32", "tokenizer.json", "NOTICE"),
                            List.of("tokenizer.json", "NOTICE"));
        };
    }

    /// A digest of all that the model is made of.
    String fingerprint(String tensorflow) throws IOException {
        var digest = Digest.sha256();
        digest.update(tensorflow.getBytes(StandardCharsets.UTF_8));
        for (var name : classes) {
            var resource = "/dev/millrace/inference/" + name + ".class";
            try (var bytes = ModelSource.class.getResourceAsStream(resource)) {
                if (bytes == null) {
                    throw new IOException("class: " + resource + " (expected: on the class path)");
                }
                digest.update(bytes.readAllBytes());
            }
        }
        for (var name : files) {
            digest.update(Files.readAllBytes(folder.resolve(name)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Writes the SavedModel, and beside it what travels with it.
    void export(Path into) throws IOException {
        graph().export(into);
        for (var name : beside) {
            Files.copy(folder.resolve(name), into.resolve(name));
        }
    }

    private FeatureGraph graph() throws IOException {
        return switch (model) {
            case HASHED_NGRAMS ->
                    new FeatureGraph(SignTable.BUCKETS, SignTable.DIMENSIONS, signs(), null);
            case STATIC_MINILM -> {
                var table = TokenTable.read(folder);
                yield new FeatureGraph(
                        TokenTable.TOKENS, TokenTable.DIMENSIONS, table.rows(), table.weights());
            }
        };
    }

    private static FloatBuffer signs() {
        var signs = FloatBuffer.allocate(SignTable.BUCKETS * SignTable.DIMENSIONS);
        SignTable.fill(signs);
        return signs.flip();
    }
}
