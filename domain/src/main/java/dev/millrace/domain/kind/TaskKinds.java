package dev.millrace.domain.kind;

import dev.millrace.domain.event.Actor;
import java.util.concurrent.CompletionStage;

/// The kinds of task a site knows, and the way to add to them.
///
/// Safe for use by many threads; calls never block.
public interface TaskKinds {

    /// All kinds as they are now, as far as this process has heard of them: another one that
    /// registers a kind may know it a moment earlier.
    ///
    /// @throws KindsUnavailable before all that was known when this process started has been read
    KindCatalogue catalogue() throws KindsUnavailable;

    /// Registers a version of a kind, for ever.
    ///
    /// Doing it again is safe. The stage fails with [KindsUnavailable] when nothing is known of it
    /// in time; then it may have been registered or not.
    ///
    /// @param actor who asks for it
    CompletionStage<Registration> register(TaskKind kind, Actor actor);
}
