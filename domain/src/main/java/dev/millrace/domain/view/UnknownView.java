package dev.millrace.domain.view;

import java.util.Collection;

/// There is no view of that name.
public final class UnknownView extends Exception {

    private static final long serialVersionUID = 1L;

    public UnknownView(String view, Collection<String> known) {
        super("view: " + view + " (expected: one of " + known.stream().sorted().toList() + ")");
    }
}
