package dev.millrace.bench.tasks;

import dev.millrace.bench.site.BrokerProcess;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;

/// The cheapest clients that the site's promises leave room for: nothing lingers, every record is
/// acknowledged by the log and written once, and partitions are had without a group.
///
/// A record's key is the number of a task, its value how many steps are left.
final class PipeClients {

    /// Steps to be done.
    static final String STEPS = "steps";

    /// Tasks that are done.
    static final String RESULTS = "results";

    private PipeClients() {}

    static Producer<Integer, Integer> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new IntegerSerializer(),
                new IntegerSerializer());
    }

    /// A consumer of a whole topic, from its beginning.
    static Consumer<Integer, Integer> consumer(String bootstrapServers, String topic) {
        var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false),
                        new IntegerDeserializer(),
                        new IntegerDeserializer());
        var partitions = partitions(topic);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /// Where a task's records go.
    static int partition(int number) {
        return Math.floorMod(number, BrokerProcess.PARTITIONS);
    }

    private static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, BrokerProcess.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }
}
