package dev.millrace.bench.submit;

import dev.millrace.bench.site.BrokerProcess;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.ProcessCost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A producer in this process and a broker with the site's settings in its own: acknowledgement by
/// all, idempotent, batches that wait as long as Kafka has them wait. The CPU time is the broker's;
/// the producer's is the load generator's, as is that of a client of HTTP.
final class BareProducer implements Intake {

    private static final String TOPIC = "submissions";

    /* Made before, so that making them takes nothing from the ceiling. */
    private static final int READY_MADE = 1_000;

    private final BrokerProcess broker;
    private final Producer<byte[], byte[]> producer;
    private final byte[][] values;

    private BareProducer(BrokerProcess broker, Payload payload) {
        this.broker = broker;
        this.values = IntStream.range(0, READY_MADE).mapToObj(payload::utf8).toArray(byte[][]::new);
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrapServers(),
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /// @param folder for the broker's data; there and empty
    static BareProducer start(Path folder, Payload payload) throws IOException {
        return new BareProducer(BrokerProcess.start(folder, List.of(TOPIC)), payload);
    }

    @Override
    public CompletableFuture<Boolean> send(int first, int count) {
        var answers = new ArrayList<CompletableFuture<Void>>(count);
        for (int number = first; number < first + count; number++) {
            var answer = new CompletableFuture<Void>();
            answers.add(answer);
            var key = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
            var _ =
                    producer.send(
                            new ProducerRecord<>(TOPIC, key, values[number % READY_MADE]),
                            (_, failure) -> {
                                if (failure == null) {
                                    answer.complete(null);
                                } else {
                                    answer.completeExceptionally(failure);
                                }
                            });
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> true);
    }

    @Override
    public double cpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(broker.pid());
    }

    @Override
    public double residentMiB() throws IOException {
        return ProcessCost.residentMiB(broker.pid());
    }

    @Override
    public void close() throws IOException {
        try (broker) {
            producer.close();
        }
    }
}
