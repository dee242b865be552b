package dev.millrace.streams.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.streams.fixtures.StoredTopic;
import dev.millrace.streams.runtime.GroupLog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaDerivationsTest {

    private static final String EVENTS = "millrace.task-events";
    private static final String DOCUMENTS = "millrace.documents";

    private final StoredTopic documents = new StoredTopic(DOCUMENTS, 2);
    private final Groups groups = new Groups();
    private final AtomicLong nanos = new AtomicLong();
    private final KafkaDerivations derivations =
            new KafkaDerivations(
                    groups,
                    documents::consumer,
                    view -> List.of(view.equals("tasks") ? EVENTS : DOCUMENTS),
                    2,
                    nanos::get);

    @AfterEach
    void close() {
        derivations.close();
    }

    @Test
    void whatIsOfTheViewItselfIsLeftAsItIs() {
        var own = Position.at(EVENTS, 1, 7).with(DOCUMENTS, 0, 3);

        assertThat(derivations.within("tasks", own)).isCompletedWithValue(own);
        assertThat(groups.asked).hasValue(0);
    }

    @Test
    void whatIsNeitherIsLeftToTheView() {
        var strange = Position.at("elsewhere", 0, 1).with(EVENTS, 2, 1);

        assertThat(derivations.within("documents", strange)).isCompletedWithValue(strange);
    }

    @Test
    void whatWasReadStandsBeforeTheLastRecords() {
        documents.add(0, "a", new byte[0]);
        documents.add(0, "b", new byte[0]);
        groups.read(0, 6);

        assertThat(derivations.within("documents", Position.at(EVENTS, 0, 5)))
                .succeedsWithin(10, TimeUnit.SECONDS)
                .isEqualTo(Position.at(DOCUMENTS, 0, 1));
    }

    @Test
    void aFurtherPositionOfTheViewsOwnIsKept() {
        documents.add(0, "a", new byte[0]);
        documents.add(1, "b", new byte[0]);
        groups.read(0, 6);
        var after = Position.at(EVENTS, 0, 5).with(DOCUMENTS, 0, 9);

        assertThat(derivations.within("documents", after))
                .succeedsWithin(10, TimeUnit.SECONDS)
                .isEqualTo(Position.at(DOCUMENTS, 0, 9).with(DOCUMENTS, 1, 0));
    }

    @Test
    void itIsWaitedForUntilItIsRead() {
        groups.read(0, 5);
        groups.whenAsked(
                3,
                () -> {
                    documents.add(1, "a", new byte[0]);
                    groups.read(0, 6);
                });

        assertThat(derivations.within("documents", Position.at(EVENTS, 0, 5)))
                .succeedsWithin(10, TimeUnit.SECONDS)
                .isEqualTo(Position.at(DOCUMENTS, 1, 0));
        assertThat(groups.asked).hasValue(3);
    }

    @Test
    void whatIsNotReadInTimeIsSaidToBeBehind() {
        groups.read(0, 5);
        groups.whenAsked(2, () -> nanos.addAndGet(Views.LONGEST_WAIT.toNanos()));

        assertThat(derivations.within("documents", Position.at(EVENTS, 0, 5)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        ViewBehind.class,
                        behind ->
                                assertThat(behind.reached()).isEqualTo(Position.at(EVENTS, 0, 4)));
    }

    @Test
    void aLogThatCannotBeAskedMakesTheViewUnavailable() {
        groups.isAway = true;

        assertThat(derivations.within("documents", Position.at(EVENTS, 0, 5)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ViewUnavailable.class);
    }

    @Test
    void noMoreThanSoManyWait() {
        groups.isSilent = true;
        for (int i = 0; i < KafkaDerivations.MOST_WAITING; i++) {
            assertThat(derivations.within("documents", Position.at(EVENTS, 0, 5))).isNotDone();
        }

        assertThat(derivations.within("documents", Position.at(EVENTS, 0, 5)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ViewUnavailable.class);
    }

    /// What brokers would say of one group that reads the events.
    private final class Groups implements GroupLog {

        private final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();
        private final AtomicInteger asked = new AtomicInteger();
        private volatile int moment;
        private volatile Runnable then = () -> {};
        private volatile boolean isAway;
        private volatile boolean isSilent;

        void read(int partition, long next) {
            committed.put(new TopicPartition(EVENTS, partition), next);
        }

        void whenAsked(int times, Runnable action) {
            moment = times;
            then = action;
        }

        @Override
        public CompletionStage<Map<TopicPartition, Long>> committed(
                String group, Set<TopicPartition> partitions) {
            assertThat(group).isEqualTo("millrace-documents");
            if (asked.incrementAndGet() == moment) {
                then.run();
            }
            if (isSilent) {
                return new CompletableFuture<>();
            }
            return isAway
                    ? CompletableFuture.failedFuture(new DisconnectException("away"))
                    : CompletableFuture.completedFuture(Map.copyOf(committed));
        }

        @Override
        public CompletionStage<Map<TopicPartition, Long>> begins(Set<TopicPartition> partitions) {
            return CompletableFuture.failedFuture(new AssertionError("nobody asks"));
        }

        @Override
        public CompletionStage<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions) {
            try (var consumer = documents.consumer()) {
                return CompletableFuture.completedFuture(
                        partitions.stream()
                                .collect(
                                        Collectors.toMap(
                                                partition -> partition,
                                                partition ->
                                                        consumer.endOffsets(List.of(partition))
                                                                .getOrDefault(partition, 0L))));
            }
        }

        @Override
        public void close() {}
    }
}
