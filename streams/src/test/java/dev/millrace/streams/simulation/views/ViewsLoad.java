package dev.millrace.streams.simulation.views;

import dev.millrace.streams.simulation.Load;

/// How much happens in a simulation of the views, and for how long.
///
/// @param tasks of the task engine
/// @param mostDocuments that come in meanwhile
/// @param leastTroubles that many times an instance crashes, hangs or is moved from, at least
/// @param mostTroubles at most
/// @param mostLooks that many times all stores are looked at meanwhile, at most
/// @param readsOneIn of so many records one is read by its token when it is written
/// @param rereadsOneIn of so many one is once nothing happens any more
public record ViewsLoad(
        Load tasks,
        int mostDocuments,
        int leastTroubles,
        int mostTroubles,
        int mostLooks,
        int readsOneIn,
        int rereadsOneIn) {

    /// A few tasks and documents in a minute; things go wrong for a part of it.
    public static final ViewsLoad FEW =
            new ViewsLoad(new Load(5, 60_000, 10_000, 50_000, 6, 6), 3, 0, 8, 4, 3, 4);

    /// An hour of traffic, and things go wrong all the time.
    public static final ViewsLoad HOUR =
            new ViewsLoad(
                    new Load(400, 3_500_000, 3_600_000, 3_600_000, 200, 200),
                    150,
                    100,
                    200,
                    60,
                    20,
                    200);
}
