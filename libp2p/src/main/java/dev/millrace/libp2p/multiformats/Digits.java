package dev.millrace.libp2p.multiformats;

import java.util.Arrays;

/// How bytes are spelled with the digits of one base.
abstract sealed class Digits permits BitDigits, NumberDigits {

    private static final int ASCII = 128;

    private final String name;
    private final String alphabet;
    private final byte[] values = new byte[ASCII];

    Digits(String name, String alphabet) {
        this.name = name;
        this.alphabet = alphabet;
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
    }

    abstract String encode(byte[] bytes);

    /// Reads all from one index on.
    abstract byte[] decode(String text, int from);

    final int base() {
        return alphabet.length();
    }

    final char digit(int value) {
        return alphabet.charAt(value);
    }

    final int value(String text, int at) {
        char digit = text.charAt(at);
        int value = digit < ASCII ? values[digit] : -1;
        if (value < 0) {
            throw refused(at, "no digit of it: " + MalformedInput.quoted(String.valueOf(digit)));
        }
        return value;
    }

    final MalformedInput refused(int at, String cause) {
        return MalformedInput.atCharacter(name, at, cause, null);
    }
}
