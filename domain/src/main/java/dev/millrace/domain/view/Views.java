package dev.millrace.domain.view;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Reads the materialized views: folds of the log that can be thrown away and rebuilt.
///
/// Rows cross this port as JSON objects in the view's documented shape, so that whoever serves them
/// passes them on as they are. Safe for use by many threads; calls never block. A stage fails with
/// [ViewUnavailable] while a view is being restored, with [UnknownView] if there is none, with
/// [InvalidQuery] if a filter or a page token is not one, and with [ViewBehind] if the position
/// that a query waits for is not reached within [#LONGEST_WAIT].
public interface Views {

    /// How long a read waits for the position it is to come after.
    Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /// The views there are, by name.
    List<ViewDescription> describe();

    /// A page of rows in the view's order.
    CompletionStage<ViewPage> list(ViewQuery query);

    /// One row; its JSON is null if the tenant has none under that key, or had none then.
    CompletionStage<ViewRow> get(RowQuery query);

    /// What a view is.
    ///
    /// @param name for instance `tasks`
    /// @param key what a row's key is, for people
    /// @param filters the names that [ViewQuery#filters] may use
    /// @param summary one sentence for people
    /// @param fields of its rows, in their order
    record ViewDescription(
            String name, String key, List<String> filters, String summary, List<RowField> fields) {
        public ViewDescription {
            filters = List.copyOf(filters);
            fields = List.copyOf(fields);
        }
    }

    /// One row.
    ///
    /// @param json a JSON object; null if there is no such row
    /// @param position how far the view had read: the partition that the row is in, those of the
    ///   others that could be asked, and whatever the query was to come after
    /// @param fromStandby whether a standby answered for the row's owner
    record ViewRow(String key, @Nullable String json, Position position, boolean fromStandby) {
        /// A row as its owner has it.
        public ViewRow(String key, @Nullable String json, Position position) {
            this(key, json, position, false);
        }
    }

    /// A page of rows.
    ///
    /// @param items JSON objects
    /// @param nextToken asks for the page after this one; null if this is the last
    /// @param position how far the view had read
    /// @param count how many rows there are in all pages; null if that was not asked
    /// @param fromStandby whether a standby answered for an owner of rows
    record ViewPage(
            List<String> items,
            @Nullable String nextToken,
            Position position,
            @Nullable RowCount count,
            boolean fromStandby) {
        /// A page of rows as their owners have them.
        public ViewPage(
                List<String> items,
                @Nullable String nextToken,
                Position position,
                @Nullable RowCount count) {
            this(items, nextToken, position, count, false);
        }

        /// A page of a list that was not counted.
        public ViewPage(List<String> items, @Nullable String nextToken, Position position) {
            this(items, nextToken, position, null);
        }

        public ViewPage {
            items = List.copyOf(items);
        }
    }

    /// How many rows a list has.
    ///
    /// @param isExact false if counting ended at `rows` and there are more
    record RowCount(long rows, boolean isExact) {}
}
