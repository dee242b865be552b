package dev.millrace.streams.views;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.List;
import java.util.OptionalInt;

/// One view: what it is called, and how it is read from the stores.
///
/// Reading blocks on the disk and throws what the stores throw; [KafkaStreamsViews] calls it on a
/// thread of its own. A tenant's rows are all that a read for that tenant can see.
interface View {

    /// Every view, in the order of the catalogue.
    static List<View> all() {
        return List.of(
                IndexedView.tasks(),
                new HistoryView(),
                new CountsView(),
                new ProgressView(),
                IndexedView.documents(),
                new ThroughputView(),
                new WorkersView(),
                new UsageView(),
                new ModelsView());
    }

    ViewDescription description();

    /// The stores that say how far it is folded.
    List<String> applied();

    /// The only partition that can have a row of this key; empty if any may, or all have a part of
    /// it.
    ///
    /// @param partitions how many there are
    default OptionalInt partition(String key, int partitions) {
        return OptionalInt.empty();
    }

    /// The only partition that can have rows of a list; empty if any may.
    ///
    /// @param partitions how many there are
    default OptionalInt partition(ViewQuery query, int partitions) {
        return OptionalInt.empty();
    }

    /// A page of rows in the view's order.
    ///
    /// @throws IllegalArgumentException if a filter's value or the token is not one
    ViewPage list(ViewQuery query, ViewStores stores);

    ViewRow get(String tenant, String key, ViewStores stores);

    /// A row as it was.
    ///
    /// @throws InvalidQuery if the view does not know its past
    default ViewRow get(RowQuery query, Moment asOf, ViewStores stores) {
        throw withoutPast(query.view());
    }

    /// Why a view cannot be asked for its past.
    static InvalidQuery withoutPast(String view) {
        return new InvalidQuery(
                "as_of: the view %s keeps no past (expected: none, or the view tasks)"
                        .formatted(view));
    }
}
