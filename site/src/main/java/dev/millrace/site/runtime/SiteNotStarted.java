package dev.millrace.site.runtime;

/// The site did not start; nothing of it runs. The message names the part and the reason.
public final class SiteNotStarted extends Exception {

    private static final long serialVersionUID = 1L;

    SiteNotStarted(String why, Throwable cause) {
        super(why, cause);
    }
}
