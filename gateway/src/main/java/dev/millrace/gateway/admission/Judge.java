package dev.millrace.gateway.admission;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Says what becomes of a request. Safe for use by many threads.
@FunctionalInterface
interface Judge {

    /// The verdict, once it is in the log; the same however often it is asked for. May block, and
    /// neither throws nor fails.
    CompletionStage<Verdict> judge(ConsumerRecord<byte[], byte[]> request);
}
