package dev.millrace.schemas.query;

/// Where a process of a site answers the others.
public final class QueryPaths {

    /// The port [dev.millrace.domain.view.Views].
    public static final String VIEWS = "/internal/views";

    /// What one instance of the views holds, for the others.
    public static final String STORES = "/internal/stores";

    /// How far one instance of the views has folded, for the others.
    public static final String ARRIVALS = "/internal/arrivals";

    /// The port [dev.millrace.domain.search.SearchIndex].
    public static final String SEARCH = "/internal/search";

    /// A page of rows, under [#VIEWS].
    public static final String LIST = "/list";

    /// One row, under [#VIEWS]; some entries, under [#STORES].
    public static final String GET = "/get";

    /// A page of entries, under [#STORES].
    public static final String RANGE = "/range";

    /// What a standby copy of a partition is known to hold, under [#STORES].
    public static final String STANDBY = "/standby";

    /// Whether a position is reached, under [#ARRIVALS].
    public static final String AWAIT = "/await";

    /// The best passages, under [#SEARCH].
    public static final String FIND = "/search";

    /// How much the index holds, under [#SEARCH].
    public static final String COUNT = "/count";

    /// The header of a question under [#STORES] or [#ARRIVALS] that names the generation of the
    /// views that is asked; without it, the first.
    public static final String GENERATION = "Millrace-View-Generation";

    private QueryPaths() {}
}
