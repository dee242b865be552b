package dev.millrace.domain.view.generation;

import dev.millrace.domain.event.Actor;
import java.util.concurrent.CompletionStage;

/// Rebuilds of the views: the log is folded once more, from its beginning, into a next generation
/// of all views, which answers once it has come to where the one before is.
///
/// Safe for use by many threads; calls never block. Stages fail with [RebuildsUnavailable] if the
/// log cannot be followed.
public interface Rebuilds {

    /// How it is now.
    CompletionStage<Rebuild> show();

    /// Begins a rebuild. Fails with [RebuildRefused] if one is under way.
    ///
    /// @param actor who asks for it
    CompletionStage<Rebuild> begin(Actor actor);

    /// Gives up the rebuild that is under way. Fails with [RebuildRefused] if none is.
    ///
    /// @param actor who asks for it
    CompletionStage<Rebuild> cancel(Actor actor);
}
