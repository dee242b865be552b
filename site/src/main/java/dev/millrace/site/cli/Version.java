package dev.millrace.site.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// What this program is: its version, and the Java it runs on.
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "millrace " + number(), "Java " + Runtime.version() + " (" + vendor() + ")"
        };
    }

    /// The version alone, from the file that the build filled in.
    static String number() {
        var properties = new Properties();
        try (var in = Version.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return properties.getProperty("version", "unknown");
    }

    private static String vendor() {
        return System.getProperty("java.vendor", "unknown");
    }
}
