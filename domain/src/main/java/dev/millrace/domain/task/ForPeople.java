package dev.millrace.domain.task;

/// Texts that people read beside what programs do.
final class ForPeople {

    private static final int MAX_LENGTH = 1024;

    private ForPeople() {}

    /// The text, cut to 1,024 characters.
    static String cut(String text) {
        return cut(text, MAX_LENGTH);
    }

    /// The text, cut to so many characters, and never through the middle of one.
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }
}
