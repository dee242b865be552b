package dev.millrace.site.runtime;

/// What a site has to tell while it starts and stops; prints as a line for people.
///
/// @param part which part of the site, for instance `broker`
/// @param detail what it did, for instance `ready after 1.2 s`
public record Progress(String part, String detail) {
    @Override
    public String toString() {
        return part + ": " + detail;
    }
}
