package dev.millrace.domain.view;

import java.util.concurrent.CompletionStage;

/// Says where that stands in the log which follows from something that was written elsewhere: a
/// document is taken in by a task, and the view of documents is not made of tasks.
///
/// Safe for use by many threads; calls never block.
@FunctionalInterface
public interface Derivations {

    /// A position in the topics that a view is made of, behind which all stands that was made of
    /// what a position names elsewhere. It waits for that to be made: [Views#LONGEST_WAIT] at most,
    /// then it fails with [ViewBehind]; with [ViewUnavailable] while the log cannot be asked.
    ///
    /// @param after a position in any topics
    /// @return what `after` says of others than the view is made from is in it as it was, and left
    ///   to the view to refuse
    CompletionStage<Position> within(String view, Position after);
}
