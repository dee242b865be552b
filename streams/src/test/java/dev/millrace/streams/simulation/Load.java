package dev.millrace.streams.simulation;

/// How much happens in a simulation, and for how long.
///
/// @param mostTasks that the client submits; at least 2
/// @param submitWithinMillis the time in which it does
/// @param leastTroubleMillis the shortest time in which things go wrong
/// @param mostTroubleMillis the longest
/// @param mostTroubles that many times somebody crashes, hangs, is reset or deleted, at most
/// @param mostPranks that many records are written that nobody of right mind would write, at most
public record Load(
        int mostTasks,
        int submitWithinMillis,
        int leastTroubleMillis,
        int mostTroubleMillis,
        int mostTroubles,
        int mostPranks) {

    /// A few tasks in a few minutes.
    static final Load FEW = new Load(8, 90_000, 60_000, 240_000, 16, 12);
}
