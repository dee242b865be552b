package dev.millrace.gateway.live;

import java.util.LinkedHashSet;
import java.util.Set;

/// Lets so many at a time read pieces of the log, each in its turn: whoever wants another piece
/// goes to the end of the queue. So what was read and not sent yet has a bound. Safe for use by
/// many threads.
final class Turns {

    private final Set<Taker> waiting = new LinkedHashSet<>();
    private int free;

    /// @param most so many at a time
    Turns(int most) {
        this.free = most;
    }

    /// Queues for a turn; whoever waits already is in the queue once.
    void ask(Taker taker) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(taker);
                return;
            }
            free--;
        }
        taker.turn();
    }

    /// Leaves the queue.
    ///
    /// @return false if its turn has come, and is to be given back
    synchronized boolean leave(Taker taker) {
        return waiting.remove(taker);
    }

    /// Gives a turn back.
    void giveBack() {
        Taker next;
        synchronized (this) {
            if (waiting.isEmpty()) {
                free++;
                return;
            }
            var first = waiting.iterator();
            next = first.next();
            first.remove();
        }
        next.turn();
    }

    /// Takes turns.
    interface Taker {
        /// It is this one's turn, until it gives it back; called on any thread.
        void turn();
    }
}
