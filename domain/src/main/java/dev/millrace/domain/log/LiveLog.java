package dev.millrace.domain.log;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Reads many topics of the log at once, in pieces as far as it goes and on as it grows.
///
/// Places in the log are given as the offset to read next of each partition. Only committed records
/// are read. Safe for use by many threads; calls never block. A stage fails with `ViewUnavailable`
/// while the brokers or the Schema Registry do not answer, or when too much is asked for at once.
public interface LiveLog {

    /// How many partitions each topic that holds events has, by its full name. A topic that does
    /// not exist yet is left out.
    CompletionStage<SortedMap<String, Integer>> partitions();

    /// Where these partitions begin and end.
    CompletionStage<Bounds> bounds(Set<LogPartition> partitions);

    /// Where to read on for what was written at a time or later, by the time that Kafka keeps.
    CompletionStage<Map<LogPartition, Long>> at(Set<LogPartition> partitions, Instant time);

    /// Reads a piece.
    CompletionStage<Slice> read(SliceQuery query);

    /// Follows topics from where they end, on a thread of its own, until it is closed.
    Tail follow(Follower follower);

    /// The offsets that can be read.
    ///
    /// @param earliest of the first record of each
    /// @param latest behind the last
    record Bounds(Map<LogPartition, Long> earliest, Map<LogPartition, Long> latest) {
        public Bounds {
            earliest = Map.copyOf(earliest);
            latest = Map.copyOf(latest);
        }
    }

    /// What to read.
    ///
    /// @param next reads these partitions from here, at least one
    /// @param filter what is asked for
    record SliceQuery(Map<LogPartition, Long> next, EventFilter filter) {
        public SliceQuery {
            next = Map.copyOf(next);
            if (next.isEmpty()) {
                throw new IllegalArgumentException("next: nothing (expected: a partition)");
            }
        }
    }

    /// What came of reading a piece.
    sealed interface Slice {

        /// What is asked for of the records that were looked at, those of a partition in its order.
        ///
        /// @param next where to read on: every partition that was asked for
        /// @param atEnd whether everything committed so far was read
        record Read(List<LoggedEvent> events, Map<LogPartition, Long> next, boolean atEnd)
                implements Slice {
            public Read {
                events = List.copyOf(events);
                next = Map.copyOf(next);
            }
        }

        /// What stands at one of the places is not there any more, or never was.
        record Gone(Bounds bounds) implements Slice {}
    }

    /// A record that is read as far as somebody asks for it. Safe for use by many threads.
    interface LogRecord {

        LogPartition partition();

        long offset();

        /// About what it takes up.
        int bytes();

        /// The event in it, the same object each time; null if it is not asked for. One that cannot
        /// be read is made up for whoever asks.
        @Nullable LoggedEvent event(EventFilter filter);
    }

    /// Takes what a tail tells, on its thread alone and one thing at a time. While it does not
    /// return, nothing more is read.
    interface Follower {

        /// These partitions are followed from here on.
        void begun(Map<LogPartition, Long> next);

        /// These records came.
        ///
        /// @param next how far their partitions are read, and those in which something came that is
        ///   no record
        void appended(List<? extends LogRecord> records, Map<LogPartition, Long> next);

        /// What came next is gone from the log; all that is followed will begin once more.
        void lost();
    }

    /// Follows topics. Safe for use by many threads.
    interface Tail extends AutoCloseable {

        /// Follows these topics too.
        void include(Set<String> topics);

        /// Stops, and waits up to five seconds for that.
        @Override
        void close();
    }
}
