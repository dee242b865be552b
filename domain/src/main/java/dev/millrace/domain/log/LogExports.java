package dev.millrace.domain.log;

import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Reads a topic of the log in bulk: committed records from one moment to another, as fast as they
/// are taken and no faster.
///
/// Safe for use by many threads; calls never block, those of a [LogExport] do.
public interface LogExports {

    /// Begins one. A stage fails with [dev.millrace.domain.view.InvalidQuery] for a topic that
    /// holds no events or a moment that is none of it, with [PositionGone], and with
    /// [ViewUnavailable] if the brokers do not answer or as many are under way as may be.
    CompletionStage<LogExport> open(ExportQuery query);

    /// What to read.
    ///
    /// @param topic its full name, or without `millrace.`
    /// @param after what was written after this moment, by the log's clock or a position in it;
    ///   null from the beginning
    /// @param until and until this one; null for all there is by now
    record ExportQuery(
            String topic, EventFilter filter, @Nullable Moment after, @Nullable Moment until) {}

    /// One that is under way. Confined to one thread at a time; must be closed.
    interface LogExport extends AutoCloseable {

        /// The topic's full name.
        String topic();

        /// How far it will have read at its end: asks for what came since.
        Position until();

        /// Takes a place among those that are read, until it is closed. Never blocks.
        ///
        /// @throws ViewUnavailable if as many are under way as may be
        void begin() throws ViewUnavailable;

        /// Reads on, once it has begun: those of a partition in its order. Blocks until there are
        /// some, about a second has passed, or all is read.
        ///
        /// @return a few megabytes at most, more or less; may be none
        /// @throws ViewUnavailable if the brokers or the Schema Registry do not answer, or nothing
        ///   was read for some time
        List<LoggedEvent> next() throws ViewUnavailable;

        /// Whether all was read.
        boolean isOver();

        @Override
        void close();
    }
}
