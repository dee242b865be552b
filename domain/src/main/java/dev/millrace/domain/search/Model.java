package dev.millrace.domain.search;

/// Names one version of an embedding model. A version never changes.
///
/// @param name for instance `static-minilm`
/// @param version for people, in the model's own scheme
/// @param dimensions of its vectors
public record Model(String name, String version, int dimensions) {

    public Model {
        if (dimensions < 1) {
            throw new IllegalArgumentException("dimensions: " + dimensions + " (expected: >= 1)");
        }
    }

    /// For people: `hashed-ngrams 1 of 384 dimensions`.
    public String text() {
        return "%s %s of %d dimensions".formatted(name, version, dimensions);
    }
}
