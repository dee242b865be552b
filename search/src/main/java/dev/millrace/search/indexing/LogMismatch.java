package dev.millrace.search.indexing;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/// The index and the log do not belong together: records between them are missing, or the index was
/// built from another log. Its message names the way out; trying again does not help.
public final class LogMismatch extends Exception {

    private static final long serialVersionUID = 1L;

    private LogMismatch(String message) {
        super(message);
    }

    static LogMismatch missing(TopicPartition partition, long wanted, long first) {
        return rebuild(
                "the index needs %s from offset %d, but the log begins at %d"
                        .formatted(partition, wanted, first));
    }

    static LogMismatch ahead(TopicPartition partition, long applied, long end) {
        return rebuild(
                "the index has applied %s up to offset %d, but the log ends before %d"
                        .formatted(partition, applied, end));
    }

    static LogMismatch noPartition(String partition) {
        return rebuild("the index has applied " + partition + ", which the log does not have");
    }

    static LogMismatch outOfRange(Set<TopicPartition> partitions, Throwable cause) {
        var mismatch = rebuild("records the index needs of " + partitions + " are gone");
        mismatch.initCause(cause);
        return mismatch;
    }

    private static LogMismatch rebuild(String why) {
        return new LogMismatch(why + "; delete the index folder and it is rebuilt from the log");
    }
}
