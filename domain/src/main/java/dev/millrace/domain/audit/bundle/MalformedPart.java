package dev.millrace.domain.audit.bundle;

/// A part of a bundle that cannot be read, or is not in its place.
final class MalformedPart extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String where;
    private final String what;

    MalformedPart(String where, String what) {
        super(where + ": " + what);
        this.where = where;
        this.what = what;
    }

    /// The part, as a [Verdict.Flaw] names it.
    String where() {
        return where;
    }

    String what() {
        return what;
    }
}
