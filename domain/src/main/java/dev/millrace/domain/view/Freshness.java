package dev.millrace.domain.view;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Tells how old what a view showed may be. Safe for use by many threads; calls never block.
@FunctionalInterface
public interface Freshness {

    /// How long ago something was written that a view had not folded yet: what it showed is all
    /// that had been written until so long ago. Zero if it had folded all that the log held when
    /// that was last looked at, within a second. It says no more than half a second later, and
    /// never fails: empty if nobody can tell just now.
    ///
    /// @param position how far the view had read
    CompletionStage<Optional<Duration>> staleness(String view, Position position);
}
