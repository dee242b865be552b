package dev.millrace.domain.view;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Reads the materialized views: folds of the log that can be thrown away and rebuilt.
///
/// Rows cross this port as JSON objects in the view's documented shape, so that whoever serves them
/// passes them on as they are. Safe for use by many threads; calls never block. A stage fails with
/// [ViewUnavailable] while a view is being restored, with [UnknownView] if there is none, and with
/// [InvalidQuery] if a filter or a page token is not one.
public interface Views {

    /// The views there are, by name.
    List<ViewDescription> describe();

    /// A page of rows in the view's order.
    CompletionStage<ViewPage> list(ViewQuery query);

    /// One row; its JSON is null if the tenant has none under that key.
    CompletionStage<ViewRow> get(String view, String tenant, String key);

    /// What a view is.
    ///
    /// @param name for instance `tasks`
    /// @param key what a row's key is, for people
    /// @param filters the names that [ViewQuery#filters] may use
    /// @param summary one sentence for people
    record ViewDescription(String name, String key, List<String> filters, String summary) {}

    /// One row.
    ///
    /// @param json a JSON object; null if there is no such row
    /// @param position how far the view had read
    record ViewRow(String key, @Nullable String json, Position position) {}

    /// A page of rows.
    ///
    /// @param items JSON objects
    /// @param nextToken asks for the page after this one; null if this is the last
    /// @param position how far the view had read
    record ViewPage(List<String> items, @Nullable String nextToken, Position position) {
        public ViewPage {
            items = List.copyOf(items);
        }
    }
}
