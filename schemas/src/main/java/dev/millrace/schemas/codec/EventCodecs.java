package dev.millrace.schemas.codec;

import dev.millrace.domain.event.Message;
import java.util.List;

/// The codecs of all vocabularies.
public final class EventCodecs {

    private final List<EventCodec<?>> all =
            List.of(
                    new EventCodec<>(new TaskCommandCodec()),
                    new EventCodec<>(new TaskReportCodec()),
                    new EventCodec<>(new TaskEventCodec()),
                    new EventCodec<>(new TaskResultCodec()),
                    new EventCodec<>(new TaskSignalCodec()),
                    new EventCodec<>(new TaskProgressCodec()),
                    new EventCodec<>(new WorkItemCodec()),
                    new EventCodec<>(new TaskKindEventCodec()),
                    new EventCodec<>(new DocumentEventCodec()),
                    new EventCodec<>(new ChunkCodec()),
                    new EventCodec<>(new EmbeddingCodec()),
                    new EventCodec<>(new IndexReportCodec()),
                    new EventCodec<>(new AuditEventCodec()),
                    new EventCodec<>(new ViewEventCodec()));

    /// The codec of a vocabulary.
    ///
    /// @throws IllegalArgumentException if there is none
    public <P extends Message> EventCodec<P> of(Class<P> vocabulary) {
        for (var codec : all) {
            if (codec.vocabulary() == vocabulary) {
                @SuppressWarnings("unchecked") // its vocabulary is P
                var found = (EventCodec<P>) codec;
                return found;
            }
        }
        throw new IllegalArgumentException(
                "vocabulary: " + vocabulary.getName() + " (expected: that of a topic)");
    }
}
