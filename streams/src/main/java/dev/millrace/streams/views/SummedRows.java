package dev.millrace.streams.views;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewPage;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/// Pages of rows that are few and each made of all partitions: all are there for each page.
final class SummedRows {

    private SummedRows() {}

    /// A page, in the order of the rows' keys.
    ///
    /// @param position how far the view had read before the first row was
    /// @param rows those that the query's filters take, as JSON, by their keys
    static ViewPage page(ViewQuery query, Position position, Map<String, String> rows) {
        var page = new Page(query, position);
        page.count(() -> new RowCount(rows.size(), true));
        var order =
                query.reversed()
                        ? Comparator.<String>reverseOrder()
                        : Comparator.<String>naturalOrder();
        var left = new TreeMap<String, String>(order);
        left.putAll(rows);
        var after = PageToken.placeIn(query);
        if (after != null) {
            left.headMap(after, true).clear();
        }
        while (!left.isEmpty() && !page.isFull()) {
            var row = left.pollFirstEntry();
            page.add(row.getValue(), row.getKey());
        }
        return page.done(!left.isEmpty());
    }
}
