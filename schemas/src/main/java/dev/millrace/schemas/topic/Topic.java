package dev.millrace.schemas.topic;

import dev.millrace.domain.audit.AuditEvent;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.generation.ViewEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// One topic of the catalogue that holds envelopes.
///
/// @param name as Kafka knows it, for instance `millrace.task-events`
/// @param vocabulary what its records say
/// @param key what a record's key names, for people: `task`, `kind`, `document`, `chunk`,
///   `partition` or `views`
/// @param retention how long records stay; null for ever
/// @param audited whether its records are leaves of the site's Merkle trees
/// @param logAppendTime whether a record's timestamp is the broker's clock rather than the writer's
/// @param writers the parts of a site that may write to it
/// @param summary one line for people
/// @param <P> what its records say
public record Topic<P extends Message>(
        String name,
        Class<P> vocabulary,
        String key,
        KeyedBy partitionedBy,
        Cleanup cleanup,
        @Nullable Duration retention,
        boolean audited,
        boolean logAppendTime,
        Set<Writer> writers,
        String summary) {

    /* Of this site, or copied from another. */
    private static final Pattern PARTITION =
            Pattern.compile("(.+\\.)?millrace\\..+-(0|[1-9][0-9]{0,8})");

    public Topic {
        writers = Set.copyOf(writers);
    }

    /// The partition of the record with this key: murmur2, as Kafka's default partitioner computes
    /// it, of the part of the key that chooses.
    ///
    /// @param partitions how many the topic has; 1 or more
    public int partition(String key, int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions: " + partitions + " (expected: >= 1)");
        }
        var chooser = partitionedBy.partOf(key).getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(chooser)) % partitions;
    }

    /// Whether a record may have this key: whether it names what the keys of the topic name, in the
    /// one way in which it is written.
    public boolean isKey(String text) {
        try {
            return switch (key) {
                case "kind" -> TaskKind.isName(text);
                case "task" -> TaskId.parse(text).toString().equals(text);
                case "document" -> DocumentId.parse(text).toString().equals(text);
                case "partition" ->
                        text.equals(AuditEvent.SITE_LOG) || PARTITION.matcher(text).matches();
                case "views" -> text.equals(ViewEvent.KEY);
                case "chunk" -> ChunkId.parse(text).toString().equals(text);
                default -> !text.isEmpty();
            };
        } catch (IllegalArgumentException other) {
            return false;
        }
    }

    /// The subject under which the schema of its values is registered: one for all queues of work.
    public String subject() {
        return WorkTopics.isOne(name) ? WorkTopics.SUBJECT : name + "-value";
    }
}
