package dev.millrace.streams.views.stores;

import org.apache.kafka.streams.errors.InvalidStateStoreException;

/// This instance of the views has not begun yet or is about to end: nothing can be read through it,
/// and another one is to be asked rather than this one again.
public final class InstanceNotRunning extends InvalidStateStoreException {

    private static final long serialVersionUID = 1L;

    InstanceNotRunning(IllegalStateException cause) {
        super("this instance does not run", cause);
    }
}
