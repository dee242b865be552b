package dev.millrace.site.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// What the build wrote down of itself.
public final class Build {

    private static final String FILE = "version.properties";

    private Build() {}

    /// The version of Millrace; `unknown` if the build left no note.
    public static String version() {
        var properties = new Properties();
        try (var in = Build.class.getResourceAsStream(FILE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return properties.getProperty("version", "unknown");
    }
}
