package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Carries a [Fold]: hands it the records, and tells who waits for them that they are folded.
final class FoldProcessor
        extends ContextualProcessor<String, Envelope<? extends Message>, Void, Void> {

    private final String applied;
    private final Arrivals arrivals;
    private @Nullable Fold fold;

    /// @param applied the fold's store of applied offsets
    /// @param arrivals told of each record once it is folded
    FoldProcessor(String applied, Arrivals arrivals) {
        this.applied = applied;
        this.arrivals = arrivals;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        this.fold =
                Fold.of(
                                applied,
                                new Fold.StoresOfAPartition() {
                                    @Override
                                    public <V> KeyValueStore<String, V> get(String name) {
                                        return context.getStateStore(name);
                                    }
                                })
                        .telling(arrivals);
    }

    @Override
    public void process(Record<String, Envelope<? extends Message>> record) {
        var origin = context().recordMetadata().orElseThrow();
        if (fold != null) {
            fold.apply(record.value(), record.timestamp(), origin);
        }
    }

    @Override
    public void close() {
        arrivals.left(applied, context().taskId().partition());
    }
}
