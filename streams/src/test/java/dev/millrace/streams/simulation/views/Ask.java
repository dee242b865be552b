package dev.millrace.streams.simulation.views;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.streams.simulation.log.LogRecord;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A read that carries the token of a write.
///
/// @param write the record that the token is the position of
/// @param key of the row that is asked for; null for a list
/// @param before what the same reader has seen already, of the same view
public record Ask(
        LogRecord write,
        String view,
        String tenant,
        @Nullable String key,
        Map<String, String> filters,
        Position before) {

    private static final int LIMIT = ViewQuery.MAX_LIMIT;

    /// The same, no earlier than what was seen already.
    Ask from(Position seen) {
        return new Ask(write, view, tenant, key, filters, seen);
    }

    /// The token.
    public Position after() {
        var place = write.place();
        return before.join(Position.at(place.topic(), place.partition(), place.offset()));
    }

    CompletionStage<?> of(Views views) {
        return key == null
                ? views.list(
                        new ViewQuery(view, tenant, filters, false, false, LIMIT, null, after()))
                : views.get(new RowQuery(view, tenant, key, after(), null));
    }

    @Override
    public String toString() {
        return "%s of %s%s after %s"
                .formatted(key == null ? filters : key, view, " for " + tenant, after());
    }
}
