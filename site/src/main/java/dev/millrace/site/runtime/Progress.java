package dev.millrace.site.runtime;

import java.time.Duration;
import java.util.Locale;

/// What a site has to tell while it starts; prints as a line for people.
///
/// @param part which part of the site, for instance `broker`
/// @param detail what it did, for instance `started in 1.2 s`
public record Progress(String part, String detail) {

    static Progress after(String part, String what, Duration time) {
        return new Progress(
                part, String.format(Locale.ROOT, "%s in %.1f s", what, time.toMillis() / 1000.0));
    }

    @Override
    public String toString() {
        return part + ": " + detail;
    }
}
