package dev.millrace.search.lucene;

import dev.millrace.domain.search.Busy;

/// More searches are waiting than the index takes on; trying again later may succeed.
public final class SearchBusy extends Busy {

    private static final long serialVersionUID = 1L;

    SearchBusy(int waiting) {
        super("search: " + waiting + " searches are waiting already; try again later");
    }
}
