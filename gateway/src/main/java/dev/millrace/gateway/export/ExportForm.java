package dev.millrace.gateway.export;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.gateway.live.EventJson;
import dev.millrace.schemas.container.EventContainer;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A form of file that events are put into, bit by bit.
interface ExportForm {

    String mediaType();

    /// What has become ready by adding these events.
    Buffer add(List<LoggedEvent> events);

    /// What can be said when nothing was for some time; may be empty.
    Buffer keepAlive();

    /// The rest, which ends the file.
    Buffer end();

    /// How many events have no form in it, and were left out.
    long leftOut();

    /// A JSON object a line.
    static ExportForm ndjson() {
        return new Ndjson();
    }

    /// An Avro container file.
    ///
    /// @param topic a topic's full name
    /// @param metadata of the file
    static ExportForm avro(String topic, Map<String, String> metadata) {
        return Avro.of(Objects.requireNonNull(Topics.byName(topic)), metadata);
    }

    /// Holds every event, those that cannot be read among them.
    final class Ndjson implements ExportForm {
        @Override
        public String mediaType() {
            return "application/x-ndjson";
        }

        @Override
        public Buffer add(List<LoggedEvent> events) {
            var lines = Buffer.buffer();
            events.forEach(
                    event -> lines.appendString(EventJson.of(event)).appendByte((byte) '\n'));
            return lines;
        }

        /// An empty line, which is no event.
        @Override
        public Buffer keepAlive() {
            return Buffer.buffer("\n");
        }

        @Override
        public Buffer end() {
            return Buffer.buffer();
        }

        @Override
        public long leftOut() {
            return 0;
        }
    }

    /// Holds the records of the topic's schema; what cannot be read, or only by a newer version, is
    /// none.
    final class Avro implements ExportForm {

        private final EventContainer<?> file;
        private long leftOut;

        private Avro(EventContainer<?> file) {
            this.file = file;
        }

        private static <P extends Message> Avro of(Topic<P> topic, Map<String, String> metadata) {
            return new Avro(new EventContainer<>(topic, metadata));
        }

        @Override
        public String mediaType() {
            return "application/avro";
        }

        @Override
        public Buffer add(List<LoggedEvent> events) {
            for (var event : events) {
                var envelope = event.envelope();
                if (envelope == null || !file.append(envelope)) {
                    leftOut++;
                }
            }
            return Buffer.buffer(file.take());
        }

        /// The block that is not full yet: one of no events would end the file for some readers.
        @Override
        public Buffer keepAlive() {
            return Buffer.buffer(file.flush());
        }

        @Override
        public Buffer end() {
            return Buffer.buffer(file.end());
        }

        @Override
        public long leftOut() {
            return leftOut;
        }
    }
}
