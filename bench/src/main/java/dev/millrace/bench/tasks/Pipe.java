package dev.millrace.bench.tasks;

import dev.millrace.bench.site.BrokerProcess;
import dev.millrace.bench.site.ProcessCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// What no engine on this log can be faster than: a step is a record written and read, and so is
/// the result. Without transactions, groups, states, retries and HTTP.
///
/// This process writes the first step and reads the result, so its clients' work is the load
/// generator's, as is an engine's HTTP client.
final class Pipe implements Engine {

    private static final long LONGEST_ANSWER_SECONDS = 120;

    private final BrokerProcess broker;
    private final Producer<Integer, Integer> producer;
    private final ConcurrentHashMap<Integer, CompletableFuture<Boolean>> awaited =
            new ConcurrentHashMap<>();
    private final PipeReader results;

    private Pipe(BrokerProcess broker) {
        this.broker = broker;
        this.producer = PipeClients.producer(broker.bootstrapServers());
        this.results =
                PipeReader.start(
                        broker.bootstrapServers(),
                        PipeClients.RESULTS,
                        (number, left) -> answer(number, left == 0));
    }

    /// Starts a broker and a worker.
    ///
    /// @param folder for its data; there
    static Pipe start(Path folder) throws IOException {
        return new Pipe(
                BrokerProcess.start(
                        PipeWorker.class, folder, List.of(PipeClients.STEPS, PipeClients.RESULTS)));
    }

    @Override
    public String name() {
        return "bare pipe";
    }

    @Override
    public String durability() {
        return "in the log of one broker, and on the disk when the operating system likes";
    }

    @Override
    public CompletableFuture<Boolean> task(int steps, int number) {
        var answer = new CompletableFuture<Boolean>();
        awaited.put(number, answer);
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                PipeClients.STEPS, PipeClients.partition(number), number, steps),
                        (_, failure) -> {
                            if (failure != null) {
                                awaited.remove(number);
                                answer.completeExceptionally(failure);
                            }
                        });
        return answer.orTimeout(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private void answer(int number, boolean isRight) {
        var answer = awaited.remove(number);
        if (answer != null) {
            answer.complete(isRight);
        }
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
            results.close();
            producer.close();
        }
    }
}
