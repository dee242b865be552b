package dev.millrace.libp2p.multiformats;

import java.util.Arrays;

/// A base in which the bytes are one big number; a zero digit at the beginning is a zero byte.
///
/// Takes time that grows with the square of the length: callers bound it.
final class NumberDigits extends Digits {

    NumberDigits(String name, String alphabet) {
        super(name, alphabet);
    }

    @Override
    String encode(byte[] bytes) {
        int zeros = 0;
        while (zeros < bytes.length && bytes[zeros] == 0) {
            zeros++;
        }
        // No base here needs more than two digits a byte.
        var digits = new byte[bytes.length * 2];
        int first = digits.length;
        for (int i = zeros; i < bytes.length; i++) {
            int carry = Byte.toUnsignedInt(bytes[i]);
            int at = digits.length - 1;
            for (; carry != 0 || at >= first; at--) {
                carry += digits[at] << Byte.SIZE;
                digits[at] = (byte) (carry % base());
                carry /= base();
            }
            first = at + 1;
        }
        var text = new StringBuilder(zeros + digits.length - first);
        text.repeat(digit(0), zeros);
        for (int i = first; i < digits.length; i++) {
            text.append(digit(digits[i]));
        }
        return text.toString();
    }

    @Override
    byte[] decode(String text, int from) {
        int zeros = from;
        while (zeros < text.length() && text.charAt(zeros) == digit(0)) {
            zeros++;
        }
        var bytes = new byte[text.length() - from];
        int first = bytes.length;
        for (int i = zeros; i < text.length(); i++) {
            int carry = value(text, i);
            int at = bytes.length - 1;
            for (; carry != 0 || at >= first; at--) {
                carry += Byte.toUnsignedInt(bytes[at]) * base();
                bytes[at] = (byte) carry;
                carry >>>= Byte.SIZE;
            }
            first = at + 1;
        }
        // What stands before the number is zero, and there is at least one byte of it for each zero
        // digit.
        return Arrays.copyOfRange(bytes, first - (zeros - from), bytes.length);
    }
}
