package dev.millrace.site.cli;

import dev.millrace.site.runtime.Build;
import picocli.CommandLine.IVersionProvider;

/// What this program is: its version, and the Java it runs on.
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "millrace " + Build.version(),
            "Java %s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor"))
        };
    }
}
