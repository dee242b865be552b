package dev.millrace.domain.view.generation;

import dev.millrace.domain.event.Actor;
import java.util.concurrent.CompletionStage;

/// What was said of the generations of a site's views, and the way to add to it.
///
/// Safe for use by many threads; calls never block.
public interface GenerationLog {

    /// The generations as they are now, as far as this process has heard.
    ///
    /// @throws RebuildsUnavailable before all that was known when this process started has been
    ///   read
    Generations generations() throws RebuildsUnavailable;

    /// Appends an event, and tells whether it counted for anything once it was read back. The stage
    /// fails with [RebuildsUnavailable] when nothing is known of it in time; then it may stand
    /// there or not, and saying it again is safe.
    ///
    /// @param actor who says so
    CompletionStage<Boolean> append(ViewEvent event, Actor actor);
}
