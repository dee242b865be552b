package dev.millrace.bench.tasks;

import dev.millrace.bench.site.BrokerProcess;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The broker of the bare pipe, and in the same process, as in a site, the worker that does a step
/// by passing it on.
final class PipeWorker {

    private PipeWorker() {}

    /// Runs both.
    ///
    /// @param arguments as of [BrokerProcess#main]
    public static void main(String[] arguments) throws Exception {
        BrokerProcess.serve(arguments, PipeWorker::start);
    }

    private static BrokerProcess.Running start(String bootstrapServers) {
        var producer = PipeClients.producer(bootstrapServers);
        var reader =
                PipeReader.start(
                        bootstrapServers,
                        PipeClients.STEPS,
                        (number, left) -> done(producer, number, left));
        return () -> {
            reader.close();
            producer.close();
        };
    }

    private static void done(Producer<Integer, Integer> producer, int number, int left) {
        var _ = producer.send(after(number, left));
    }

    /// What is written once a step is done.
    static ProducerRecord<Integer, Integer> after(int number, int left) {
        var topic = left == 1 ? PipeClients.RESULTS : PipeClients.STEPS;
        return new ProducerRecord<>(topic, PipeClients.partition(number), number, left - 1);
    }
}
