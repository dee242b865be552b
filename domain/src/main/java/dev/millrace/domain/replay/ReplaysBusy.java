package dev.millrace.domain.replay;

/// As many replays are under way as may be; one of them has to end first.
public final class ReplaysBusy extends Exception {

    private static final long serialVersionUID = 1L;

    public ReplaysBusy(String message) {
        super(message);
    }
}
