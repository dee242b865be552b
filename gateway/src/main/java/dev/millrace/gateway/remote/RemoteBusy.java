package dev.millrace.gateway.remote;

import dev.millrace.domain.search.Busy;

/// Another process has as many questions waiting as it takes, or this one has as many under way.
final class RemoteBusy extends Busy {

    private static final long serialVersionUID = 1L;

    RemoteBusy(String why) {
        super(why);
    }
}
