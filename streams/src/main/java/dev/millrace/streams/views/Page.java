package dev.millrace.streams.views;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewPage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Collects the rows of one page: as many as were asked for, but at most about four million
/// characters of JSON, so that large rows make more pages rather than large answers.
final class Page {

    static final int MOST_CHARACTERS = 4_000_000;

    private final ViewQuery query;
    private final Position position;
    private final List<String> items = new ArrayList<>();
    private long characters;
    private @Nullable String last;

    private @Nullable RowCount count;

    /// @param position how far the view had read before the first row was
    Page(ViewQuery query, Position position) {
        this.query = query;
        this.position = position;
    }

    /// Says how many rows there are in all pages, if that was asked.
    ///
    /// @param counting done only then
    void count(Supplier<RowCount> counting) {
        if (query.counted()) {
            count = counting.get();
        }
    }

    boolean isFull() {
        return items.size() >= query.limit() || characters >= MOST_CHARACTERS;
    }

    /// How many more rows were asked for.
    int room() {
        return query.limit() - items.size();
    }

    /// Adds a row.
    ///
    /// @param place where in the list it stands: asks for what comes after
    void add(String json, String place) {
        items.add(json);
        characters += json.length();
        last = place;
    }

    /// The page.
    ///
    /// @param more whether rows are left for another page
    ViewPage done(boolean more) {
        var token = more && last != null ? PageToken.after(query, last).toString() : null;
        return new ViewPage(items, token, position, count);
    }
}
