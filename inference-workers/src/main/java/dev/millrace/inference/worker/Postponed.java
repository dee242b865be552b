package dev.millrace.inference.worker;

/// A batch could not be finished now and was put back; the same batch will do later.
final class Postponed extends Exception {

    private static final long serialVersionUID = 1L;

    Postponed(String why, Throwable cause) {
        super(why, cause);
    }
}
