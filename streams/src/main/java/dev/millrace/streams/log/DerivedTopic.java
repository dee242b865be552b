package dev.millrace.streams.log;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.documents.DocumentsSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A topic that an application makes of another one, in transactions that also commit how far it
/// has read.
///
/// @param source what is read
/// @param group that reads it, a group of Kafka Streams
/// @param result what is made of it
record DerivedTopic(String source, String group, String result) {

    private static final List<DerivedTopic> ALL =
            List.of(
                    new DerivedTopic(
                            Topics.TASK_EVENTS.name(),
                            DocumentsSettings.APPLICATION_ID,
                            Topics.DOCUMENTS.name()));

    /// How a topic comes into what is made of others; null if it is one of those or does not.
    ///
    /// @param made the topics that a view is made of
    static @Nullable DerivedTopic leading(String topic, List<String> made) {
        return made.contains(topic)
                ? null
                : ALL.stream()
                        .filter(one -> one.source.equals(topic) && made.contains(one.result))
                        .findFirst()
                        .orElse(null);
    }
}
