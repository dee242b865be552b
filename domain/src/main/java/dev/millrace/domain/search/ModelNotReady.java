package dev.millrace.domain.search;

/// The embedding model is still being loaded, or could not be.
public final class ModelNotReady extends Exception {

    private static final long serialVersionUID = 1L;

    public ModelNotReady(String why) {
        super(why);
    }
}
