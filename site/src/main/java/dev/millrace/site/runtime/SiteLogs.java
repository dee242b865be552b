package dev.millrace.site.runtime;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.logging.log4j.core.config.Configurator;

/// Where the log lines of this process go, as `log4j2.xml` says.
final class SiteLogs {

    private static final String FOLDER = "millrace.logs";
    private static final String FILE = "millrace.log.name";

    /* Lucene logs by the JDK's own means, which forget a logger that nobody holds. */
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    private SiteLogs() {}

    /// From now on they go to a file of a folder too.
    ///
    /// @param name of the file, which no other process writes to
    static Path into(Path folder, String name) {
        LUCENE.setLevel(Level.WARNING);
        System.setProperty(FILE, name);
        System.setProperty(FOLDER, folder.toString());
        Configurator.reconfigure();
        return folder;
    }

    /// From now on to the console alone.
    static void intoConsole() {
        System.clearProperty(FOLDER);
        System.clearProperty(FILE);
        Configurator.reconfigure();
    }
}
