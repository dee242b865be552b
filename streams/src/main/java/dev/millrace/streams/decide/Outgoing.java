package dev.millrace.streams.decide;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskState.Owner;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// What follows from one decision, on its way out.
///
/// What it writes follows from its input alone: the time is the record's timestamp, an id is
/// derived from the cause's and its place. Confined to the stream thread.
///
/// @param cause what was decided on
/// @param owner whose the task is; null if there is none
/// @param timestamp of the cause's record
/// @param origin where that stands
record Outgoing(
        ProcessorContext<String, Placed<? extends Message>> context,
        Site site,
        Envelope<? extends Message> cause,
        @Nullable Owner owner,
        long timestamp,
        RecordMetadata origin) {

    static final String CAUSE_TOPIC = "cause-topic";
    static final String CAUSE_PARTITION = "cause-partition";
    static final String CAUSE_OFFSET = "cause-offset";

    /// Writes to the partition number of the cause.
    ///
    /// @param ordinal tells what follows from one cause apart
    void write(String key, Message message, String ordinal, String sink) {
        forward(key, message, ordinal, sink, origin.partition());
    }

    /// Asks something of another task, wherever that is decided on.
    void ask(TaskCommand command, String ordinal) {
        forward(
                command.task().toString(),
                command,
                ordinal,
                DecideTopology.COMMANDS_OUT,
                Placed.BY_KEY);
    }

    /// What is said, with an id of its own.
    ///
    /// @param ordinal tells what follows from one cause apart
    Envelope<? extends Message> envelope(Message message, String ordinal) {
        // The place of the cause as well: the same command written twice has two outcomes.
        var place = origin.topic() + "-" + origin.partition() + "@" + origin.offset();
        var id = DerivedId.of("decide", cause.id().toString(), place, ordinal);
        var time = Instant.ofEpochMilli(timestamp);
        var following = cause.following(id, time, cause.actor(), site, message);
        // Whoever speaks of a task, what happens to it is its owner's; to a stranger, no task is.
        return owner == null || !owner.tenant().equals(cause.tenant())
                ? following
                : following.ownedBy(owner.subject(), owner.labels());
    }

    private void forward(String key, Message message, String ordinal, String sink, int partition) {
        var placed = new Placed<>(envelope(message, ordinal), partition);
        context.forward(new Record<>(key, placed, timestamp, headers()), sink);
    }

    private Headers headers() {
        return new RecordHeaders()
                .add(CAUSE_TOPIC, origin.topic().getBytes(UTF_8))
                .add(CAUSE_PARTITION, Integer.toString(origin.partition()).getBytes(UTF_8))
                .add(CAUSE_OFFSET, Long.toString(origin.offset()).getBytes(UTF_8));
    }
}
