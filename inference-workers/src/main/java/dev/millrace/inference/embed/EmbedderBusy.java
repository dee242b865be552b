package dev.millrace.inference.embed;

import dev.millrace.domain.search.Busy;

/// As many requests wait for the embedding model as may: ask again later.
public final class EmbedderBusy extends Busy {

    private static final long serialVersionUID = 1L;

    EmbedderBusy(int waiting) {
        super("embedder: " + waiting + " requests wait already (expected: fewer; try again later)");
    }
}
