package dev.millrace.inference.features;

/// Finds in a text what a model looks at.
///
/// Deterministic. Confined to one thread at a time.
public interface Featurizer {

    /// The features of a text; of one without any, a row that stands for that.
    Features of(String text);

    /// How many rows the model's table has.
    int rows();
}
