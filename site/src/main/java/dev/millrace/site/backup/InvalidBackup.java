package dev.millrace.site.backup;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

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

    /// What the file system refused.
    ///
    /// @param what was being made, for instance `backup /mnt/site.backup`
    static InvalidBackup of(String what, IOException refused) {
        var why =
                switch (refused) {
                    case AccessDeniedException denied ->
                            denied.getFile()
                                    + " may not be read or written; run it as the user that the site"
                                    + " runs as, or name another place";
                    case NoSuchFileException gone ->
                            gone.getFile()
                                    + " vanished meanwhile; leave the files alone until it"
                                    + " is done";
                    case FileAlreadyExistsException there ->
                            there.getFile() + " is in the way; remove it, or name another place";
                    default ->
                            (refused.getMessage() == null ? refused : refused.getMessage())
                                    + "; make room or mend the disk, or name another place";
                };
        return new InvalidBackup("%s: cannot be made: %s".formatted(what, why), refused);
    }
}
