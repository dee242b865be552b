package dev.millrace.streams.documents;

/// How much of a document can be found.
///
/// @param expected how many chunks it has; 0 while that is not known
/// @param searchable how many of them an index has said it holds
record Completion(int expected, int searchable) {

    /// Before anything is known.
    static final Completion NOTHING = new Completion(0, 0);

    Completion expecting(int chunks) {
        return new Completion(chunks, searchable);
    }

    /// An index behind the others takes nothing back.
    Completion holding(int chunks) {
        return new Completion(expected, Math.max(searchable, chunks));
    }

    /// Whether all of the document can be found.
    boolean isWhole() {
        return expected > 0 && searchable >= expected;
    }

    /// One number for the store.
    long packed() {
        return ((long) expected << Integer.SIZE) | searchable;
    }

    /// Reads what [#packed] made.
    static Completion unpacked(long packed) {
        return new Completion((int) (packed >>> Integer.SIZE), (int) packed);
    }
}
