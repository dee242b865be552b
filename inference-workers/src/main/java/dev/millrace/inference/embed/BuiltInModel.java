package dev.millrace.inference.embed;

import dev.millrace.domain.search.Model;
import dev.millrace.inference.features.Featurizer;
import dev.millrace.inference.hashing.NgramFeaturizer;
import dev.millrace.inference.hashing.SignTable;
import dev.millrace.inference.tokens.TokenFeaturizer;
import dev.millrace.inference.tokens.TokenTable;
import java.io.IOException;
import java.nio.file.Path;

/// The embedding models that come with the program. Another table, featurizer or graph is another
/// version.
public enum BuiltInModel {
    /// Vectors of tokens, distilled from a sentence encoder: finds what means the same. English.
    STATIC_MINILM("static-minilm", "1", TokenTable.DIMENSIONS) {
        @Override
        Featurizer featurizer(Path folder) throws IOException {
            return new TokenFeaturizer(folder.resolve("tokenizer.json"));
        }
    },

    /// Hashed words and pieces of words: finds what is spelt alike, in any language.
    HASHED_NGRAMS("hashed-ngrams", "1", SignTable.DIMENSIONS) {
        @Override
        Featurizer featurizer(Path folder) {
            return new NgramFeaturizer();
        }
    };

    private final String title;
    private final String version;
    private final int dimensions;

    BuiltInModel(String title, String version, int dimensions) {
        this.title = title;
        this.version = version;
        this.dimensions = dimensions;
    }

    /// What a site embeds with that has no vectors yet and is told nothing else.
    public static BuiltInModel ofNewSites() {
        return STATIC_MINILM;
    }

    /// Its name, version and dimensions.
    public Model model() {
        return new Model(title, version, dimensions);
    }

    /// What its archive is called, without `.zip`.
    public String archiveName() {
        return title + "-" + version;
    }

    /// What reads texts for it.
    ///
    /// @param folder where its archive was unpacked
    abstract Featurizer featurizer(Path folder) throws IOException;

    /// The SavedModel that the build made.
    ModelArchive archive() {
        var name = archiveName();
        return new ModelArchive("/dev/millrace/inference/models/" + name + ".zip", name);
    }
}
