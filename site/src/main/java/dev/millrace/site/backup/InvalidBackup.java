package dev.millrace.site.backup;

/// A backup could not be made, or is not one that a site can be made from. The message says why and
/// what to do.
public final class InvalidBackup extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidBackup(String why) {
        super(why);
    }

    InvalidBackup(String why, Throwable cause) {
        super(why, cause);
    }
}
