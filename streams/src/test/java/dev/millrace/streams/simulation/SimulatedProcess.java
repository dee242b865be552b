package dev.millrace.streams.simulation;

import dev.millrace.streams.simulation.log.VirtualClock.Alarm;

/// A process: it has a clock of its own, it can die and come back without its memory, and it can
/// hang, so that all it does comes late.
public abstract class SimulatedProcess {

    protected final World world;
    protected final String name;
    private final long skewMillis;
    private int life;
    private boolean isUp;
    private long hangsUntil;

    protected SimulatedProcess(World world, String name) {
        this.world = world;
        this.name = name;
        this.skewMillis = world.skewMillis();
    }

    /// Begins, or begins anew, with nothing but what lasts.
    protected abstract void begin();

    public final void start() {
        isUp = true;
        life++;
        hangsUntil = 0;
        begin();
    }

    /// Dies, and comes back later.
    public final void crash(int downMillis) {
        if (!isUp) {
            return;
        }
        isUp = false;
        died();
        world.trace.note(name, "crashes");
        world.clock.in(
                downMillis,
                () -> {
                    world.trace.note(name, "is back");
                    start();
                });
    }

    public final void hang(int millis) {
        world.trace.note(name, "hangs for " + millis + " ms");
        hangsUntil = world.clock.now() + millis;
    }

    /// What was in its memory is gone.
    protected void died() {}

    /// Whether it hangs just now.
    protected final boolean isHanging() {
        return hangsUntil > world.clock.now();
    }

    public final String name() {
        return name;
    }

    public final boolean isUp() {
        return isUp;
    }

    /// Counts the starts.
    public final int life() {
        return life;
    }

    /// Whether it has been alive all the time since a start.
    public final boolean livesSince(int start) {
        return isUp && life == start;
    }

    /// Its own clock, in milliseconds since 1970.
    protected final long localMillis() {
        return world.clock.now() + skewMillis;
    }

    /// Does something later, if it still lives then: later still if it hangs.
    protected final Alarm in(long millis, Runnable action) {
        var later = new Later(life, action);
        later.alarm = world.clock.in(millis, later);
        return later.alarm;
    }

    private final class Later implements Runnable {

        private final int born;
        private final Runnable action;

        @SuppressWarnings("NullAway.Init") // the clock gives it back
        private Alarm alarm;

        Later(int born, Runnable action) {
            this.born = born;
            this.action = action;
        }

        @Override
        public void run() {
            if (!livesSince(born)) {
                return;
            }
            long hangs = hangsUntil - world.clock.now();
            if (hangs > 0) {
                world.clock.again(alarm, hangs);
            } else {
                action.run();
            }
        }
    }
}
