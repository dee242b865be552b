package dev.millrace.site.runtime;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.logging.log4j.core.config.Configurator;

/// Where the log lines of this process go, as `log4j2.xml` says.
final class SiteLogs {

    private static final String FOLDER = "millrace.logs";

    /* Lucene logs by the JDK's own means, which forget a logger that nobody holds. */
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    private SiteLogs() {}

    /// From now on they go to a folder too.
    static Path into(Path folder) {
        LUCENE.setLevel(Level.WARNING);
        System.setProperty(FOLDER, folder.toString());
        Configurator.reconfigure();
        return folder;
    }

    /// From now on to the console alone.
    static void intoConsole() {
        System.clearProperty(FOLDER);
        Configurator.reconfigure();
    }
}
