package dev.millrace.site.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.RecordContent;
import dev.millrace.domain.audit.bundle.Shown;
import dev.millrace.domain.audit.bundle.Verdict.PartitionProved;
import dev.millrace.domain.audit.bundle.Verdict.RecordProved;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TaskVersionsTest {

    private static final TaskId ONE = new TaskId(new UUID(0x8000L, 0x8000_0000_0000_0001L));
    private static final TaskId OTHER = new TaskId(new UUID(0x8000L, 0x8000_0000_0000_0002L));

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final List<RecordProved> records = new ArrayList<>();

    @Test
    void eventsFromTheFirstOnHaveNoGap() {
        add(ONE, 1);
        add(OTHER, 1);
        add(ONE, 2);

        var found = found();

        assertThat(found).extracting(TaskVersions::isGapless).containsExactly(true, true);
        assertThat(found.getFirst().sentence())
                .isEqualTo("task %s: its events 1 to 2, without a gap".formatted(ONE));
    }

    @Test
    void whatIsMissingBeforeTheLastIsNamed() {
        add(ONE, 2);
        add(ONE, 6);

        var only = found().getFirst();

        assertThat(only.isGapless()).isFalse();
        assertThat(only.last()).isEqualTo(6);
        assertThat(only.gaps()).containsExactly("1", "3 to 5");
        assertThat(only.sentence()).endsWith("events up to 6, WITHOUT 1, 3 to 5");
    }

    @Test
    void anOrderThatIsNotTheirsShows() {
        add(ONE, 2);
        add(ONE, 1);

        assertThat(found().getFirst().isGapless()).isFalse();
        assertThat(found().getFirst().sentence()).endsWith("NOT IN THEIR ORDER");
    }

    @Test
    void eventsOfAnotherVersionOfTheProgramAreCountedApart() {
        add(ONE, 1);
        add(ONE, 2, "00".repeat(32));

        var only = found().getFirst();

        assertThat(only.isGapless()).isFalse();
        assertThat(only.unread()).isEqualTo(1);
        assertThat(only.sentence()).endsWith("and 1 of another version of the program");
    }

    @Test
    void manyGapsAreCutShort() {
        for (int version = 2; version < 100; version += 2) {
            add(ONE, version);
        }

        assertThat(found().getFirst().gaps()).hasSize(20).endsWith("…");
    }

    private List<TaskVersions> found() {
        var head =
                new PartitionHead(
                        Topics.TASK_EVENTS.name(),
                        new UUID(1, 2),
                        0,
                        0,
                        0,
                        1_000,
                        1,
                        Hash.of(new byte[Hash.BYTES]),
                        Hash.NONE);
        return TaskVersions.of(List.of(new PartitionProved(head, null, records, List.of())));
    }

    private void add(TaskId task, long version) {
        add(task, version, "");
    }

    /// @param schema in place of the right one; empty for that
    private void add(TaskId task, long version, String schema) {
        var headers = new RecordHeaders();
        var envelope =
                Envelope.<TaskEvent>first(
                        new UUID(1, version),
                        Instant.EPOCH,
                        Envelope.DEFAULT_TENANT,
                        Labels.DEFAULT,
                        new Actor("test", Actor.Proof.LOCAL),
                        new Site("12D3KooW", new UUID(1, 2)),
                        new TaskEvent.Watched(task, version, OTHER));
        var value =
                serdes.of(Topics.TASK_EVENTS)
                        .serializer()
                        .serialize(Topics.TASK_EVENTS.name(), headers, envelope);
        var written =
                schema.isEmpty()
                        ? new String(headers.lastHeader("schema-fp").value(), UTF_8)
                        : schema;
        records.add(
                new RecordProved(
                        records.size(),
                        new Shown.Whole(
                                records.size(),
                                0,
                                new RecordContent(
                                        Bytes.copyOf(task.toString().getBytes(UTF_8)),
                                        Bytes.copyOf(value),
                                        List.of(
                                                new RecordContent.Header(
                                                        "schema-fp",
                                                        Bytes.copyOf(written.getBytes(UTF_8))))))));
    }
}
