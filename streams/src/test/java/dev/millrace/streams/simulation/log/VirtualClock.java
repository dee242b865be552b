package dev.millrace.streams.simulation.log;

import java.util.Comparator;
import java.util.PriorityQueue;

/// The time of a simulation, which passes only from one thing that happens to the next.
///
/// What is due at the same millisecond happens in the order in which it was asked for.
public final class VirtualClock {

    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(
                    Comparator.<Alarm>comparingLong(alarm -> alarm.at)
                            .thenComparingLong(alarm -> alarm.number));
    private long now;
    private long asked;

    /// A clock that stands.
    ///
    /// @param begin in milliseconds since 1970
    public VirtualClock(long begin) {
        this.now = begin;
    }

    /// In milliseconds since 1970.
    public long now() {
        return now;
    }

    /// Does something later.
    ///
    /// @param millis 0 or more
    public Alarm in(long millis, Runnable action) {
        var alarm = new Alarm(action);
        again(alarm, millis);
        return alarm;
    }

    /// Puts an alarm that went off, off.
    public void again(Alarm alarm, long millis) {
        alarm.at = now + millis;
        alarm.number = asked++;
        alarms.add(alarm);
    }

    /// Whether nothing is to happen any more.
    public boolean isEmpty() {
        return alarms.isEmpty();
    }

    /// Lets the next thing happen.
    ///
    /// @param end things later than this do not happen
    /// @return false if there was none
    public boolean step(long end) {
        var next = alarms.peek();
        while (next != null && next.isCancelled) {
            alarms.remove();
            next = alarms.peek();
        }
        if (next == null || next.at > end) {
            return false;
        }
        alarms.remove();
        now = next.at;
        next.action.run();
        return true;
    }

    /// Something that is to happen.
    public static final class Alarm {

        private final Runnable action;
        private long at;
        private long number;
        private boolean isCancelled;

        private Alarm(Runnable action) {
            this.action = action;
        }

        public void cancel() {
            isCancelled = true;
        }
    }
}
