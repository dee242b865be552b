package dev.millrace.gateway.queues;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// A share group in memory: its queues, and what its members did.
///
/// As with Kafka's, a member whose poll found nothing goes on fetching, and locks what comes next.
final class FakeGroup {

    static final int MOST_AT_ONCE = 4;

    private final Map<String, Queue<ConsumerRecord<byte[], byte[]>>> queues = new HashMap<>();
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<String> done = new ArrayList<>();
    private boolean broken;
    private int opened;
    private long offset;

    ShareConsumer<byte[], byte[]> member(String topic) {
        synchronized (this) {
            opened++;
            var member = new Member(topic);
            members.put(topic, member);
            return member;
        }
    }

    synchronized void put(String topic, byte[] value) {
        var record = new ConsumerRecord<>(topic, 0, offset++, "key".getBytes(UTF_8), value);
        queue(topic).add(record);
        var member = members.get(topic);
        if (member != null) {
            member.fetch();
        }
        notifyAll();
    }

    /// Lets every poll fail.
    synchronized void fail() {
        broken = true;
    }

    synchronized int opened() {
        return opened;
    }

    /// Waits until what was done is so: how a record was acknowledged, and its offset.
    synchronized List<String> awaitDone(Predicate<List<String>> expected)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!expected.test(done)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("done in 20 s: " + done);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return List.copyOf(done);
    }

    private Queue<ConsumerRecord<byte[], byte[]>> queue(String topic) {
        return queues.computeIfAbsent(
                topic, _ -> new PriorityQueue<>(Comparator.comparingLong(ConsumerRecord::offset)));
    }

    private void note(String what) {
        done.add(what);
        notifyAll();
    }

    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the group's lock guards all
    private final class Member extends MockShareConsumer<byte[], byte[]> {

        private final String topic;
        private final List<ConsumerRecord<byte[], byte[]>> fetched = new ArrayList<>();
        private final List<ConsumerRecord<byte[], byte[]>> handed = new ArrayList<>();
        private boolean hungry;

        Member(String topic) {
            this.topic = topic;
        }

        @Override
        public void subscribe(Collection<String> topics) {
            if (!List.copyOf(topics).equals(List.of(topic))) {
                throw new IllegalArgumentException("topics: " + topics);
            }
        }

        private void fetch() {
            while (hungry && fetched.size() < MOST_AT_ONCE && !queue(topic).isEmpty()) {
                fetched.add(queue(topic).remove());
            }
            hungry = hungry && fetched.isEmpty();
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration most) {
            synchronized (FakeGroup.this) {
                if (broken) {
                    throw new KafkaException("broken");
                }
                if (!handed.isEmpty()) {
                    throw new IllegalStateException("not all was acknowledged");
                }
                if (fetched.isEmpty()) {
                    hungry = true;
                    fetch();
                }
                if (fetched.isEmpty()) {
                    await(most);
                }
                handed.addAll(fetched);
                fetched.clear();
                return new ConsumerRecords<>(
                        handed.isEmpty()
                                ? Map.of()
                                : Map.of(new TopicPartition(topic, 0), List.copyOf(handed)),
                        Map.of());
            }
        }

        private void await(Duration most) {
            try {
                TimeUnit.MILLISECONDS.timedWait(FakeGroup.this, Math.max(1, most.toMillis()));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
            synchronized (FakeGroup.this) {
                if (!handed.remove(record)) {
                    throw new IllegalStateException("not handed out: " + record.offset());
                }
                if (type == AcknowledgeType.RELEASE) {
                    queue(topic).add(record);
                }
                note(type.name() + " " + record.offset());
            }
        }

        @Override
        public void commitAsync() {
            // Acknowledged is committed here.
        }

        @Override
        public void close(Duration most) {
            synchronized (FakeGroup.this) {
                members.remove(topic, this);
                queue(topic).addAll(fetched);
                note("closed");
            }
        }
    }
}
