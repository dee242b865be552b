package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.Difference;
import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TileStore;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the scrub knows over restarts: how far its pass is, which differences were told of, and
/// which recoveries.
///
/// Written by one thread, read by many.
final class ScrubMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ScrubMemory.class);
    private static final String PATH = "scrub/memory";
    private static final int VERSION = 1;
    private static final int MOST_RECOVERIES = 100_000;
    private static final int LONGEST_TEXT = 400;

    private final TileStore store;

    /// The pass in which each was found last.
    private final Map<Difference, Long> known = new LinkedHashMap<>();

    private final Set<String> recoveries = new LinkedHashSet<>();
    private boolean isLoaded;
    private long pass;
    private long began;
    private long ended;
    private boolean isUnderWay;
    private String target = "";
    private long next;
    private long done;
    private long total;
    private long everDone;
    private long everEnded;

    ScrubMemory(TileStore store) {
        this.store = store;
    }

    /// Reads what there is, once. What cannot be read is forgotten: then a pass begins anew, and
    /// what it finds is told of again.
    synchronized void load() throws IOException {
        if (isLoaded) {
            return;
        }
        var stored = store.read(PATH);
        if (stored != null) {
            try {
                read(new CanonicalReader(stored));
            } catch (IllegalArgumentException malformed) {
                LOG.atWarn()
                        .setMessage("What the scrub knew is damaged; it begins anew")
                        .addKeyValue("cause", malformed.getMessage())
                        .log();
                known.clear();
                recoveries.clear();
                isUnderWay = false;
                ended = 0;
            }
        }
        isLoaded = true;
    }

    /// Writes what it knows, unless what is there could not be read.
    synchronized void save() throws IOException {
        if (!isLoaded) {
            return;
        }
        var out = new CanonicalWriter().u8(VERSION).i64(pass).i64(began).i64(ended);
        out.flag(isUnderWay).text(target).i64(next).i64(done).i64(total).i32(known.size());
        known.forEach((difference, seen) -> {
            write(difference, out);
            out.i64(seen);
        });
        out.i32(recoveries.size());
        recoveries.forEach(out::text);
        store.replace(PATH, out.toBytes());
    }

    synchronized boolean isUnderWay() {
        return isUnderWay;
    }

    /// When the pass of now or the last one began, in milliseconds; 0 for never.
    synchronized long began() {
        return began;
    }

    synchronized void begin(long now) {
        pass++;
        began = now;
        isUnderWay = true;
        target = "";
        next = 0;
        done = 0;
    }

    /// The pass is here, and all before it is done.
    ///
    /// @param doneBefore entries of the targets before this one
    synchronized void at(String key, long index, long doneBefore, long ofAll) {
        if (target.equals(key) && index > next) {
            everDone += index - next;
        }
        target = key;
        next = index;
        done = doneBefore + index;
        total = ofAll;
    }

    synchronized String target() {
        return target;
    }

    synchronized long next() {
        return next;
    }

    /// Drops what this pass did not find again.
    synchronized void end(long now) {
        isUnderWay = false;
        ended = now;
        everEnded++;
        done = total;
        var gone = new ArrayList<Difference>();
        known.forEach((difference, seen) -> {
            if (seen < pass) {
                gone.add(difference);
            }
        });
        for (var difference : gone) {
            known.remove(difference);
            LOG.atInfo()
                    .setMessage("A difference between log and history is there no more")
                    .addKeyValue("place", difference.place())
                    .log();
        }
    }

    /// Whether a difference is to be told of, and [#told] be called after that: if it was not known
    /// and there is room for it.
    synchronized boolean isNew(Difference difference) {
        if (known.containsKey(difference)) {
            known.put(difference, pass);
            return false;
        }
        return known.size() < ScrubStatus.MOST_KNOWN;
    }

    synchronized void told(Difference difference) {
        known.put(difference, pass);
    }

    synchronized boolean hasRecovery(String key) {
        return recoveries.contains(key);
    }

    synchronized void toldRecovery(String key) {
        if (recoveries.size() < MOST_RECOVERIES) {
            recoveries.add(key);
        }
    }

    /// Entries that were checked since the start of this process.
    synchronized long everDone() {
        return everDone;
    }

    /// Passes that ended since the start of this process.
    synchronized long everEnded() {
        return everEnded;
    }

    synchronized ScrubStatus status(ScrubSettings settings) {
        var shown = known.keySet().stream().limit(ScrubStatus.MOST_SHOWN).toList();
        return new ScrubStatus(
                pass,
                isUnderWay,
                instant(began),
                instant(ended),
                done,
                total,
                settings.bytesPerSecond(),
                settings.every(),
                shown,
                known.size());
    }

    private void read(CanonicalReader in) {
        if (in.u8() != VERSION) {
            throw new IllegalArgumentException("of another version");
        }
        pass = in.i64();
        began = in.i64();
        ended = in.i64();
        isUnderWay = in.flag();
        target = in.text(LONGEST_TEXT);
        next = in.i64();
        done = in.i64();
        total = in.i64();
        for (int left = in.count(ScrubStatus.MOST_KNOWN); left > 0; left--) {
            var difference = difference(in);
            known.put(difference, in.i64());
        }
        for (int left = in.count(MOST_RECOVERIES); left > 0; left--) {
            recoveries.add(in.text(LONGEST_TEXT));
        }
        in.end();
    }

    private static void write(Difference difference, CanonicalWriter out) {
        var topic = difference.topic();
        out.text(topic == null ? "" : topic)
                .i32(difference.partition())
                .i64(difference.offset())
                .text(difference.kind().wireName())
                .hashes(hashes(difference.expected()))
                .hashes(hashes(difference.found()));
    }

    private static Difference difference(CanonicalReader in) {
        var topic = in.text(LONGEST_TEXT);
        return new Difference(
                topic.isEmpty() ? null : topic,
                in.i32(),
                in.i64(),
                Difference.Kind.ofWireName(in.text(LONGEST_TEXT)),
                digest(in.hashes(1)),
                digest(in.hashes(1)));
    }

    private static List<Hash> hashes(@Nullable Digest digest) {
        return digest == null ? List.of() : List.of(Hash.of(digest.toArray()));
    }

    private static @Nullable Digest digest(List<Hash> hashes) {
        return hashes.isEmpty()
                ? null
                : new Digest(HexFormat.of().formatHex(hashes.getFirst().toArray()));
    }

    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }
}
