package dev.millrace.domain.view;

import org.jspecify.annotations.Nullable;

/// Which row of a view to read.
///
/// @param tenant whose row
/// @param after read no earlier than the view has come to this position, the token of a write;
///   [Position#START] for at once
/// @param asOf as the row was at that moment; null for as it is. Only some views know their past
/// @param staleOk whether a standby may answer while the owner of the row cannot
public record RowQuery(
        String view,
        String tenant,
        String key,
        Position after,
        @Nullable Moment asOf,
        boolean staleOk) {

    /// A row as its owner has it.
    public RowQuery(String view, String tenant, String key, Position after, @Nullable Moment asOf) {
        this(view, tenant, key, after, asOf, false);
    }

    /// A row as it is, at once.
    public RowQuery(String view, String tenant, String key) {
        this(view, tenant, key, Position.START, null);
    }

    /// The same, after another position.
    public RowQuery after(Position position) {
        return new RowQuery(view, tenant, key, position, asOf, staleOk);
    }
}
