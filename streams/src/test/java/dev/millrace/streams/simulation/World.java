package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.simulation.log.VirtualClock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// What everybody in a simulation shares: time, chance, the log, and whether there is trouble.
public final class World {

    public static final Site SITE = new Site("12D3KooWExample", new UUID(1, 2));
    public static final long BEGIN = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

    private static final int MOST_SKEW_MILLIS = 3_000;

    public final VirtualClock clock = new VirtualClock(BEGIN);
    public final Random random;
    final ClaimKey claims = Seams.CLAIMS;
    final Seams seams;
    public final Trace trace;
    public final SimulatedLog log;
    final Queues queues;
    private boolean isTroubled = true;

    /// @param topics of the log
    public World(long seed, Seams seams, Trace trace, List<String> topics) {
        // Neighbouring seeds begin alike otherwise.
        this.random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        this.seams = seams;
        this.trace = trace;
        trace.keepTimeOf(clock);
        this.log = new SimulatedLog(topics, clock, () -> skewMillis() / 10, trace::note);
        this.queues = new Queues(this);
    }

    /// From now on nothing goes wrong any more.
    public void calmDown() {
        isTroubled = false;
    }

    public boolean isTroubled() {
        return isTroubled;
    }

    /// Whether something goes wrong that goes wrong in so many of a thousand cases.
    public boolean isTrouble(int perThousand) {
        return isTroubled && random.nextInt(1_000) < perThousand;
    }

    public boolean isOneIn(int cases) {
        return random.nextInt(cases) == 0;
    }

    /// Any number from `least` to `most`.
    public int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    public <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// Lets everything happen that is to happen until then.
    ///
    /// @param end in milliseconds since 1970
    public void run(long end) {
        boolean goesOn = true;
        while (goesOn) {
            goesOn = clock.step(end);
        }
    }

    /// How far a process's clock is ahead of the true time: mostly little, at times a lot.
    long skewMillis() {
        int most = isOneIn(4) ? MOST_SKEW_MILLIS : 50;
        return between(-most, most);
    }

    UUID id() {
        long high = (random.nextLong() & ~0xF000L) | 0x7000L;
        long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
        return new UUID(high, low);
    }

    public <P extends Message> Envelope<P> envelope(P message, String tenant, String actor) {
        return Envelope.first(
                id(),
                Instant.ofEpochMilli(clock.now()),
                tenant,
                Labels.DEFAULT,
                new Actor(actor, Actor.Proof.WORKER),
                SITE,
                message);
    }
}
