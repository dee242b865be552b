package dev.millrace.domain.search;

/// No search index can be asked just now. Asking again soon will do.
public final class SearchUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    public SearchUnavailable(String why) {
        super("search: " + why);
    }
}
