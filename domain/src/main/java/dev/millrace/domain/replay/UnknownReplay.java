package dev.millrace.domain.replay;

import java.util.UUID;

/// There is no such replay: there never was, it has expired, or the process that ran it has
/// stopped.
public final class UnknownReplay extends Exception {

    private static final long serialVersionUID = 1L;

    public UnknownReplay(UUID id) {
        super("there is no replay " + id + " (any more); replays do not outlive their process");
    }
}
