package dev.millrace.streams.log;

import static dev.millrace.streams.fixtures.Envelopes.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.LogExports.ExportQuery;
import dev.millrace.domain.log.LogExports.LogExport;
import dev.millrace.domain.log.PositionGone;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.fixtures.StoredTopic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaLogExportsTest {

    private static final String TOPIC = "millrace.task-events";
    private static final int PARTITIONS = 3;

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final StoredTopic topic = new StoredTopic(TOPIC, PARTITIONS);
    private final KafkaLogExports exports =
            new KafkaLogExports(topic::consumer, serdes, Duration.ofMillis(20));

    @AfterEach
    void close() {
        exports.close();
    }

    @Test
    void allIsReadToWhereTheLogEndedWhenItBegan() throws Exception {
        for (int i = 0; i < 30; i++) {
            add(i % PARTITIONS, i, "acme");
        }
        add(0, 30, "other");
        topic.add(1, "k", new byte[] {9});
        try (var export = open(null, null)) {
            assertThat(export.until())
                    .hasToString(
                            "millrace.task-events-0@10,millrace.task-events-1@10,"
                                    + "millrace.task-events-2@9");
            add(2, 31, "acme");

            assertThat(places(export))
                    .hasSize(31)
                    .doesNotContain("0@10", "2@10")
                    .as("what cannot be read has its place too")
                    .contains("1@10");
        }
    }

    @Test
    void whatCameSinceFollowsFromWhereItEnded() throws Exception {
        add(0, 1, "acme");
        add(1, 2, "acme");
        Position until;
        try (var export = open(null, null)) {
            assertThat(places(export)).containsExactly("0@0", "1@0");
            until = export.until();
        }
        add(0, 3, "acme");
        add(2, 4, "acme");

        try (var export = open(new Moment.Place(until), null)) {
            assertThat(places(export)).containsExactly("0@1", "2@0");
        }
    }

    @Test
    void timesBoundItToo() throws Exception {
        for (int i = 0; i < 12; i++) {
            add(i % PARTITIONS, i, "acme");
        }

        try (var export = open(time(2), time(6))) {
            assertThat(places(export)).containsExactlyInAnyOrder("0@1", "1@1", "2@1", "0@2");
        }
    }

    @Test
    void onlyWhatIsAskedForIsThere() throws Exception {
        add(0, 1, "acme");
        add(0, 2, "acme");
        var query =
                new ExportQuery(
                        "task-events",
                        new EventFilter("acme", null, Set.of("dev.millrace.task.none"), null),
                        null,
                        null);
        try (var export = exports.open(query).toCompletableFuture().get()) {
            export.begin();
            assertThat(export.isOver()).isFalse();
            assertThat(export.next()).isEmpty();
            assertThat(export.isOver()).isTrue();
        }
    }

    @Test
    void brokersThatSayNothingForTooLongEndIt() throws Exception {
        add(0, 1, "acme");
        try (var export = open(null, null)) {
            topic.forgetBefore(0, 1); // there is nothing to be had, and the end is not reached
            export.begin();

            assertThatThrownBy(export::next).isInstanceOf(ViewUnavailable.class);
            assertThat(export.isOver()).isFalse();
        }
    }

    @Test
    void whereNothingIsFoundItTellsSoNowAndThen() throws Exception {
        add(0, 1, "acme");
        try (var slow = new KafkaLogExports(topic::consumer, serdes, Duration.ofMinutes(1))) {
            var query = new ExportQuery(TOPIC, EventFilter.all("acme"), null, null);
            try (var export = slow.open(query).toCompletableFuture().get()) {
                topic.forgetBefore(0, 1);
                export.begin();

                assertThat(export.next()).isEmpty();
                assertThat(export.isOver()).isFalse();
            }
        }
    }

    @Test
    void whatIsGoneIsSaid() {
        for (int i = 0; i < 9; i++) {
            add(0, i, "acme");
        }
        topic.forgetBefore(0, 5);

        for (var after : List.of(at(3), at(9))) {
            assertThatThrownBy(() -> open(new Moment.Place(after), null))
                    .cause()
                    .isInstanceOfSatisfying(
                            PositionGone.class,
                            gone -> assertThat(gone.earliest()).isEqualTo(at(4)));
        }
    }

    @Test
    void whatIsWrongIsRefused() {
        assertThatThrownBy(() -> open("nothing", null, null))
                .hasCauseInstanceOf(InvalidQuery.class);
        assertThatThrownBy(() -> open(new Moment.Event(new UUID(1, 1)), null))
                .hasCauseInstanceOf(InvalidQuery.class);
        assertThatThrownBy(
                        () -> open(null, new Moment.Place(Position.at("millrace.documents", 0, 1))))
                .hasCauseInstanceOf(InvalidQuery.class);
    }

    @Test
    void onlySoManyAreReadAtATimeAndThoseThatNobodyReadsDoNotCount() throws Exception {
        add(0, 1, "acme");
        var unread = open(null, null);
        var running = new ArrayList<LogExport>();
        for (int i = 0; i < KafkaLogExports.MOST_RUNNING; i++) {
            var export = open(null, null);
            export.begin();
            assertThat(export.next()).hasSize(1);
            running.add(export);
        }

        assertThatThrownBy(() -> open(null, null)).hasCauseInstanceOf(ViewUnavailable.class);
        assertThatThrownBy(unread::begin).isInstanceOf(ViewUnavailable.class);
        running.getFirst().close();
        unread.begin();
        assertThat(unread.next()).hasSize(1);
        unread.close();
        running.forEach(LogExport::close);
        open(null, null).close();
    }

    @Test
    void aBrokerThatIsGoneEndsIt() throws Exception {
        add(0, 1, "acme");
        try (var export = open(null, null)) {
            export.begin();
            topic.failNextPoll();

            assertThatThrownBy(export::next).isInstanceOf(ViewUnavailable.class);
        }
    }

    private LogExport open(@Nullable Moment after, @Nullable Moment until) throws Exception {
        return open(TOPIC, after, until);
    }

    private LogExport open(String name, @Nullable Moment after, @Nullable Moment until)
            throws Exception {
        var query = new ExportQuery(name, EventFilter.all("acme"), after, until);
        return exports.open(query).toCompletableFuture().get();
    }

    private static List<String> places(LogExport export) throws Exception {
        var places = new ArrayList<String>();
        export.begin();
        while (!export.isOver()) {
            export.next().forEach(event -> places.add(event.partition() + "@" + event.offset()));
        }
        return places;
    }

    private void add(int partition, long number, String tenant) {
        var task = new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + number));
        TaskEvent event = new TaskEvent.Started(task, 2, 1, "w", null, null);
        var envelope = Envelopes.of(number, tenant, event);
        topic.add(
                partition,
                envelope.time().toEpochMilli(),
                task.toString().getBytes(StandardCharsets.UTF_8),
                serdes.of(Topics.TASK_EVENTS)
                        .serializer()
                        .serialize(TOPIC, new RecordHeaders(), envelope),
                new RecordHeaders());
    }

    private static Moment time(long number) {
        return new Moment.Time(NOON.plusSeconds(number));
    }

    private static Position at(long offset) {
        return Position.at(TOPIC, 0, offset);
    }
}
