package dev.millrace.schemas.registry;

/// The registry gives no answer just now: asking again later may help.
public final class RegistryUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    public RegistryUnavailable(String why) {
        super(why);
    }

    public RegistryUnavailable(String why, Throwable cause) {
        super(why, cause);
    }
}
