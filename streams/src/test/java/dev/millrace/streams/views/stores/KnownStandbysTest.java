package dev.millrace.streams.views.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import dev.millrace.streams.views.FoldedPartitions;
import dev.millrace.streams.views.fold.TaskRow;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StandbyUpdateListener.SuspendReason;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownStandbysTest {

    private static final String APPLIED = ViewsTopology.TASKS_APPLIED;
    private static final long END = 100;

    @TempDir Path state;
    private final CopyProgress progress = new CopyProgress();
    private final FakeChangelogs log = new FakeChangelogs();
    private FoldedPartitions site;
    private KnownStandbys standbys;

    @BeforeEach
    void start() {
        site = new FoldedPartitions(1, state, Stores::inMemoryKeyValueStore);
        standbys = new KnownStandbys(site, progress, () -> log);
        submit(0);
        submit(1);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void ofACopyThatHasAllThePositionIsKnown() throws Exception {
        copyBegins();
        allLoaded();

        standbys.findOut(log);

        assertThat(standbys.copy(APPLIED, 0).position()).isEqualTo(at(1));
    }

    @Test
    void whatIsFoldedAfterThePositionWasReadIsNotPromised() throws Exception {
        copyBegins();
        allLoaded();
        log.whenAsked.add(() -> submit(2));

        standbys.findOut(log);

        assertThat(standbys.copy(APPLIED, 0).position()).isEqualTo(at(1));
    }

    @Test
    void aStoreThatIsBehindIsWaitedFor() throws Exception {
        copyBegins();
        allLoaded(ViewsTopology.TASKS);
        var asked = new ArrayList<Set<TopicPartition>>();
        log.whenLooked.add(() -> {
            unknown();
            asked.add(Set.copyOf(log.lookedAt));
            if (asked.size() == 3) {
                loaded(ViewsTopology.TASKS, END - 1);
            }
        });

        standbys.findOut(log);

        assertThat(asked).hasSize(3).containsOnly(Set.of(changelog(ViewsTopology.TASKS)));
        assertThat(standbys.copy(APPLIED, 0).position()).isEqualTo(at(1));
    }

    @Test
    void markersAndWhatWasAbortedAreNotWaitedForAndLookedAtOnce() throws Exception {
        copyBegins();
        allLoaded(ViewsTopology.TASKS);
        log.empty.add(changelog(ViewsTopology.TASKS));

        standbys.findOut(log);
        standbys.findOut(log);

        assertThat(standbys.copy(APPLIED, 0).position()).isEqualTo(at(1));
        assertThat(log.looks).isEqualTo(1);
    }

    @Test
    void ofACopyThatIsFarBehindNothingIsKnown() throws Exception {
        copyBegins();
        allLoaded(ViewsTopology.TASKS);
        log.end = 1_000_000;

        standbys.findOut(log);

        unknown();
        assertThat(log.looks).isZero();
    }

    @Test
    void withoutOneOfItsStoresThereIsNoCopy() throws Exception {
        copyBegins();
        allLoaded();
        standbys.findOut(log);
        progress.onUpdateSuspended(
                changelog(ViewsTopology.TASKS_INDEX),
                ViewsTopology.TASKS_INDEX,
                END,
                END,
                SuspendReason.MIGRATED);

        unknown();
        standbys.findOut(log);
        unknown();
    }

    @Test
    void aCopyThatIsBegunAgainIsAnotherOne() throws Exception {
        copyBegins();
        allLoaded();
        standbys.findOut(log);
        var first = standbys.copy(APPLIED, 0);
        var store = standbys.<TaskRow>store(ViewsTopology.TASKS, 0, first.id());
        assertThat(store.get(id(1).toString())).isNotNull();
        var entries = store.all();
        assertThat(entries.hasNext()).isTrue();

        progress.onRestoreStart(changelog(ViewsTopology.TASKS), ViewsTopology.TASKS, 0, END);

        unknown();
        gone(() -> store.get(id(1).toString()));
        gone(() -> {
            var _ = entries.hasNext();
        });
        gone(() ->
                standbys.<TaskRow>store(ViewsTopology.TASKS, 0, first.id()).get(id(1).toString()));
        progress.onBatchRestored(changelog(ViewsTopology.TASKS), ViewsTopology.TASKS, END - 1, END);
        standbys.findOut(log);
        assertThat(standbys.copy(APPLIED, 0).id()).isNotEqualTo(first.id());
    }

    @Test
    void whoeverHasBecomeTheOwnerHasNoCopy() throws Exception {
        copyBegins();
        allLoaded();
        standbys.findOut(log);
        for (var store : ViewsTopology.stores(APPLIED)) {
            progress.onRestoreEnd(changelog(store), store, 0);
        }

        unknown();
    }

    private void unknown() {
        gone(() -> standbys.copy(APPLIED, 0));
    }

    private static void gone(Runnable reading) {
        assertThatThrownBy(reading::run).isInstanceOf(InvalidStateStoreException.class);
    }

    private void copyBegins() {
        for (var store : ViewsTopology.stores(APPLIED)) {
            progress.onUpdateStart(changelog(store), store, 10);
        }
    }

    private void allLoaded(String... but) {
        for (var store : ViewsTopology.stores(APPLIED)) {
            if (!List.of(but).contains(store)) {
                loaded(store, END - 1);
            }
        }
    }

    private void loaded(String store, long last) {
        progress.onBatchLoaded(
                changelog(store),
                store,
                new org.apache.kafka.streams.processor.TaskId(0, 0),
                last,
                1,
                END);
    }

    private static TopicPartition changelog(String store) {
        return new TopicPartition("views-" + store + "-changelog", 0);
    }

    private static Position at(long offset) {
        return Position.at(Topics.TASK_EVENTS.name(), 0, offset);
    }

    private void submit(int task) {
        site.append(
                Topics.TASK_EVENTS,
                id(task).toString(),
                Envelopes.of(
                        task,
                        new TaskEvent.Submitted(
                                id(task),
                                1,
                                "ingest",
                                new Content.Inline("{}"),
                                Digest.of("{}"),
                                Terms.DEFAULT,
                                null,
                                null,
                                List.of())));
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + task));
    }

    /// Changelogs that all end at the same offset.
    private static final class FakeChangelogs implements Changelogs {
        final Set<TopicPartition> empty = new HashSet<>();
        final List<Runnable> whenAsked = new ArrayList<>();
        final List<Runnable> whenLooked = new ArrayList<>();
        final Set<TopicPartition> lookedAt = new HashSet<>();
        long end = END;
        int looks;

        @Override
        public Map<TopicPartition, Long> ends(Collection<TopicPartition> changelogs) {
            whenAsked.forEach(Runnable::run);
            var ends = new HashMap<TopicPartition, Long>();
            changelogs.forEach(changelog -> ends.put(changelog, end));
            return ends;
        }

        @Override
        public Set<TopicPartition> empty(Map<TopicPartition, Range> ranges) {
            looks++;
            lookedAt.clear();
            lookedAt.addAll(ranges.keySet());
            whenLooked.forEach(Runnable::run);
            return ranges.keySet().stream().filter(empty::contains).collect(Collectors.toSet());
        }

        @Override
        public void close() {}
    }
}
