package dev.millrace.domain.task;

/// Texts that people read beside what programs do.
final class ForPeople {

    private static final int MAX_LENGTH = 1024;

    private ForPeople() {}

    /// The text, cut to 1,024 characters.
    static String cut(String text) {
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH - 1) + "…" : text;
    }
}
