package dev.millrace.domain.audit;

import dev.millrace.domain.event.Message;
import java.time.Instant;

/// What a site says of its own history. On the wire: `audit-event.avsc`, keyed by [#key].
public sealed interface AuditEvent extends Message {

    /// What stands for the site's own log where others name a partition.
    String SITE_LOG = "site-log";

    /// The partition that it is about, as Kafka writes it; [#SITE_LOG] for the site's own log.
    String key();

    /// The self-check found a difference that it did not know of. It is said once, however many
    /// passes find it again; twice after a crash, under the same id.
    record Differed(Difference difference) implements AuditEvent {
        @Override
        public String key() {
            var topic = difference.topic();
            return topic == null ? SITE_LOG : topic + "-" + difference.partition();
        }

        @Override
        public String type() {
            return "dev.millrace.audit.differed";
        }
    }

    /// A partition lost records that were in its tree, and a new epoch of it began.
    ///
    /// @param epoch the new one; 1 or more
    /// @param formerSize records in the tree of the epoch before
    /// @param kept how many of them the new tree begins with
    /// @param formerEnd the offset behind the last record of the epoch before
    /// @param at by the site's clock
    /// @param reason for people
    record Recovered(
            String topic,
            int partition,
            int epoch,
            long formerSize,
            long kept,
            long formerEnd,
            Instant at,
            String reason)
            implements AuditEvent {

        /// Of a recovery as the heads carry it.
        public static Recovered of(Recovery recovery) {
            var former = recovery.former();
            return new Recovered(
                    former.topic(),
                    former.partition(),
                    recovery.epoch(),
                    former.size(),
                    recovery.kept(),
                    former.endOffset(),
                    Instant.ofEpochMilli(recovery.time()),
                    recovery.reason());
        }

        @Override
        public String key() {
            return topic + "-" + partition;
        }

        @Override
        public String type() {
            return "dev.millrace.audit.recovered";
        }
    }
}
