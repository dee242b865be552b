package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.stores.ViewStores;

/// One view: what it is called, and how it is read from the stores.
///
/// Reading blocks on the disk and throws what the stores throw; [KafkaStreamsViews] calls it on a
/// thread of its own. A tenant's rows are all that a read for that tenant can see.
interface View {

    ViewDescription description();

    /// A page of rows in the view's order.
    ///
    /// @throws IllegalArgumentException if a filter's value or the token is not one
    ViewPage list(ViewQuery query, ViewStores stores);

    ViewRow get(String tenant, String key, ViewStores stores);
}
