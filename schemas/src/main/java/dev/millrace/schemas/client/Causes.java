package dev.millrace.schemas.client;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;

/// What is behind the failures that futures wrap.
public final class Causes {

    private Causes() {}

    /// What ended a stage, without what the stages after it wrapped it in.
    public static Throwable ofStage(Throwable failure) {
        var cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /// Why Kafka did not do what was asked of it: the fault that its client named, or one that
    /// names whatever else it was.
    public static KafkaException ofKafka(ExecutionException failure) {
        return failure.getCause() instanceof KafkaException fault
                ? fault
                : new KafkaException(failure.getCause());
    }
}
