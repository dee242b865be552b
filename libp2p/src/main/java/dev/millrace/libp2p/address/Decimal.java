package dev.millrace.libp2p.address;

import dev.millrace.libp2p.multiformats.MalformedInput;

/// A number in the one form that is printed: ASCII digits, no sign, no zero before others.
final class Decimal {

    private static final int MOST_DIGITS = 9;

    private Decimal() {}

    /// @param most at most nine digits of it
    static int parse(String subject, String text, int most) {
        boolean isNumber =
                !text.isEmpty()
                        && text.chars().allMatch(c -> c >= '0' && c <= '9')
                        && (text.length() == 1 || text.charAt(0) != '0');
        if (isNumber && text.length() <= MOST_DIGITS) {
            int value = Integer.parseInt(text);
            if (value <= most) {
                return value;
            }
        }
        throw MalformedInput.of(
                subject, "%s (expected: 0..%d)".formatted(MalformedInput.quoted(text), most));
    }
}
