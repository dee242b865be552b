package dev.millrace.domain.search;

/// As many requests wait as may. Nothing is broken: asking again a little later will do.
public class Busy extends Exception {

    private static final long serialVersionUID = 1L;

    protected Busy(String why) {
        super(why);
    }
}
