package dev.millrace.domain.log;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.view.Position;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Reads the log back, record by record: the truth that every view is a fold of.
///
/// Safe for use by many threads; calls never block. A stage fails with `InvalidQuery` for a topic
/// that is not in the catalogue or holds no events.
public interface EventLog {

    /// Reads on from a position, committed records only.
    CompletionStage<LogPage> read(LogQuery query);

    /// What to read.
    ///
    /// @param topic its full name, for instance `millrace.task-events`
    /// @param key only records of this key; null for all
    /// @param tenant only records of this tenant
    /// @param after reads what comes after this position; [Position#START] from the beginning
    /// @param limit most records in the page, 1 to 1,000
    record LogQuery(String topic, @Nullable String key, String tenant, Position after, int limit) {
        public LogQuery {
            if (limit < 1 || limit > 1000) {
                throw new IllegalArgumentException("limit: " + limit + " (expected: 1..1000)");
            }
        }
    }

    /// Records in the order of their partition and offset.
    ///
    /// @param position asks for what comes next
    /// @param atEnd whether everything committed so far was read
    record LogPage(List<LoggedEvent> events, Position position, boolean atEnd) {
        public LogPage {
            events = List.copyOf(events);
        }
    }

    /// One record as it stands in the log. One that cannot be read is of the type
    /// `dev.millrace.unreadable`, and but for its place and its length all of this is made up.
    ///
    /// @param time the writer's
    /// @param payload a JSON object; for a sealed or unknown payload it says so
    /// @param envelope the whole of it; null if it cannot be read
    record LoggedEvent(
            UUID id,
            String type,
            Instant time,
            Actor actor,
            String tenant,
            String key,
            String topic,
            int partition,
            long offset,
            @Nullable UUID causation,
            UUID correlation,
            String payload,
            @Nullable Envelope<?> envelope) {}
}
