package dev.millrace.site.broker;

/// The embedded broker could not be started; nothing of it runs.
public final class BrokerNotStarted extends Exception {

    private static final long serialVersionUID = 1L;

    BrokerNotStarted(String why) {
        super(why);
    }

    BrokerNotStarted(String why, Throwable cause) {
        super(why, cause);
    }
}
