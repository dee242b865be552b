package dev.millrace.site.broker;

import java.nio.file.Path;

/// A site runs on the data folder already.
public final class FolderInUse extends Exception {

    private static final long serialVersionUID = 1L;

    FolderInUse(Path folder, String pid) {
        super(
                "data folder %s: in use by process %s; stop that site or choose another folder"
                        .formatted(folder, pid.isEmpty() ? "(unknown)" : pid));
    }
}
