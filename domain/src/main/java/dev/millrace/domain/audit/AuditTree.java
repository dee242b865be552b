package dev.millrace.domain.audit;

/// One of the trees of a history.
public sealed interface AuditTree {

    /// The site's own log, whose size and root are those of checkpoints.
    record SiteLog() implements AuditTree {
        @Override
        public String toString() {
            return "the site's log";
        }
    }

    /// The tree of a partition, in its present epoch.
    record OfPartition(String topic, int partition) implements AuditTree {
        /// `topic-partition`, Kafka's own notation.
        @Override
        public String toString() {
            return topic + "-" + partition;
        }
    }
}
