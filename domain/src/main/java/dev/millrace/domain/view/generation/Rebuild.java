package dev.millrace.domain.view.generation;

import org.jspecify.annotations.Nullable;

/// How the generations of the views are, and how far a rebuild is.
///
/// @param progress null if none is under way, or if nobody can tell just now
public record Rebuild(Generations generations, @Nullable RebuildProgress progress) {}
