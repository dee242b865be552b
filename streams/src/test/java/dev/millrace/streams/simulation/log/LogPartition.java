package dev.millrace.streams.simulation.log;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.streams.decide.HostedDecide.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A partition of a topic: stamps what it takes in by its broker's clock, and shows its readers
/// what is committed, up to the first record whose transaction is open; or, to those who ask for
/// it, all of it.
///
/// The end of a transaction takes an offset too.
public final class LogPartition {

    private final VirtualClock clock;
    private final Consumer<LogRecord> witness;
    private final String topic;
    private final int number;
    private final long skewMillis;
    private final List<@Nullable LogRecord> records = new ArrayList<>();
    private final List<Runnable> readers = new ArrayList<>();

    /// @param skewMillis how far the broker's clock is ahead
    /// @param witness sees everything that is written, whatever becomes of it
    LogPartition(
            VirtualClock clock,
            String topic,
            int number,
            long skewMillis,
            Consumer<LogRecord> witness) {
        this.clock = clock;
        this.witness = witness;
        this.topic = topic;
        this.number = number;
        this.skewMillis = skewMillis;
    }

    /// From now on a reader is told when there may be something to read.
    public void onGrowth(Runnable reader) {
        readers.add(reader);
    }

    /// Takes a record in.
    ///
    /// @param transaction null for none
    public void append(
            String key,
            Envelope<? extends Message> envelope,
            String author,
            @Nullable Place cause,
            @Nullable Transaction transaction) {
        var place = new Place(topic, number, records.size());
        var record =
                new LogRecord(
                        place, clock.now() + skewMillis, key, envelope, author, cause, transaction);
        records.add(record);
        witness.accept(record);
        if (transaction != null) {
            transaction.touch(this);
        }
        tellReaders();
    }

    void endTransaction() {
        records.add(null);
        tellReaders();
    }

    private void tellReaders() {
        readers.forEach(Runnable::run);
    }

    /// The first committed record at an offset or later; null if there is none yet.
    public @Nullable LogRecord read(long from) {
        for (int offset = (int) from; offset < records.size(); offset++) {
            var record = records.get(offset);
            if (record != null && record.isOpen()) {
                return null;
            }
            if (record != null && record.isCommitted()) {
                return record;
            }
        }
        return null;
    }

    /// The first record at an offset or later, whatever becomes of its transaction; null if there
    /// is none yet.
    public @Nullable LogRecord readAny(long from) {
        for (int offset = (int) from; offset < records.size(); offset++) {
            var record = records.get(offset);
            if (record != null) {
                return record;
            }
        }
        return null;
    }

    /// The offset of the next record.
    public long end() {
        return records.size();
    }

    /// All records from an offset on, committed or open.
    public List<LogRecord> since(long from) {
        var found = new ArrayList<LogRecord>();
        for (var record : records.subList((int) from, records.size())) {
            if (record != null && (record.isCommitted() || record.isOpen())) {
                found.add(record);
            }
        }
        return found;
    }
}
