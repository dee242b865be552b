package dev.millrace.domain.search;

import java.util.List;
import java.util.concurrent.CompletionStage;

/// Turns texts into vectors of unit length that are near when the texts are alike.
///
/// Safe for use by many threads; calls never block.
public interface Embedder {

    /// One vector a text, in order. Fails with [ModelNotReady] until the model is loaded.
    CompletionStage<List<Vector>> embed(List<String> texts);

    /// The model that is, or will be, loaded.
    Model model();

    /// Whether the model is loaded.
    boolean isReady();
}
