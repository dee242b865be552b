package dev.millrace.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final TopicPartition P0 = new TopicPartition(Topics.TASK_REQUESTS, 0);

    private final List<MockConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final BlockingQueue<Long> judged = new LinkedBlockingQueue<>();
    private final Admission admission =
            new Admission(threads ->
                    new AdmissionSession(
                            nextConsumer(),
                            new MockProducer<>(
                                    true,
                                    new RoundRobinPartitioner(),
                                    new ByteArraySerializer(),
                                    new ByteArraySerializer()),
                            request -> {
                                judged.add(request.offset());
                                return CompletableFuture.completedStage(new Verdict.Admitted());
                            },
                            threads,
                            new AdmissionMeters(new SimpleMeterRegistry()),
                            System::nanoTime));

    @AfterEach
    void close() {
        admission.close();
    }

    @Test
    void whatBreaksIsReplacedAndTheRequestsAreTakenInAfterAll() throws Exception {
        consumers.add(new FailingConsumer(new KafkaException("the broker went away")));
        consumers.add(new OneRequest());

        admission.start();

        assertThat(judged.poll(30, TimeUnit.SECONDS)).isEqualTo(4);
        assertThat(admission.isReady()).isTrue();
        admission.close();
        assertThat(admission.stopped().toCompletableFuture()).isCompleted();
        assertThat(admission.isReady()).isFalse();
    }

    @Test
    void whatNoNewClientMendsEndsItWithTheCause() {
        consumers.add(new FailingConsumer(new GroupAuthorizationException(Admission.GROUP)));

        admission.start();

        assertThatThrownBy(
                        () -> admission.stopped().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(GroupAuthorizationException.class);
    }

    private synchronized MockConsumer<byte[], byte[]> nextConsumer() {
        return consumers.removeFirst();
    }

    /// Cannot read.
    private static final class FailingConsumer extends MockConsumer<byte[], byte[]> {

        private final KafkaException failure;

        FailingConsumer(KafkaException failure) {
            super("earliest");
            this.failure = failure;
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            throw failure;
        }
    }

    /// Is given a partition with one request in it, at offset 4.
    private static final class OneRequest extends MockConsumer<byte[], byte[]> {

        private boolean isAssigned;

        OneRequest() {
            super("earliest");
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            if (!isAssigned) {
                isAssigned = true;
                updateBeginningOffsets(Map.of(P0, 4L));
                rebalance(List.of(P0));
                addRecord(new ConsumerRecord<>(P0.topic(), 0, 4, null, new byte[0]));
            }
            return super.poll(timeout);
        }
    }
}
