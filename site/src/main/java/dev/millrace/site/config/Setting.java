package dev.millrace.site.config;

import java.time.Duration;
import java.util.Locale;

/// One setting of a site.
///
/// @param name in full, for instance `millrace.gateway.port`
/// @param standard what it is when nobody sets it, as one would write it
/// @param summary one sentence for people
record Setting<T>(String name, String standard, Kind<T> kind, String summary) {

    /// What every setting's name begins with.
    static final String PREFIX = "millrace.";

    /// The name without what all begin with, as messages have it.
    String shortName() {
        return name.substring(PREFIX.length());
    }

    /// The environment variable that sets it: `MILLRACE_GATEWAY_PORT`.
    String variable() {
        return variable(name);
    }

    static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /// A time as one would write it in a setting.
    static String text(Duration time) {
        long millis = time.toMillis();
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
