package dev.millrace.domain.view.generation;

/// A rebuild cannot begin because one is under way, or be cancelled because none is.
public final class RebuildRefused extends Exception {

    private static final long serialVersionUID = 1L;

    public RebuildRefused(String why) {
        super(why);
    }
}
