package dev.millrace.streams.views.generation;

import dev.millrace.domain.view.generation.RebuildProgress;
import java.util.concurrent.CompletionStage;

/// Tells how far a generation has folded the log. Safe for use by many threads; never blocks.
@FunctionalInterface
interface ProgressOfRebuild {

    /// Where it is now. Fails if that cannot be told just now.
    CompletionStage<RebuildProgress> of(int generation);
}
