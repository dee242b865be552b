package dev.millrace.libp2p.multiformats;

import java.util.Arrays;

/// A base that is a power of two: a digit stands for so many bits (RFC 4648, without padding).
final class BitDigits extends Digits {

    private final int bits;

    BitDigits(String name, String alphabet) {
        super(name, alphabet);
        this.bits = Integer.numberOfTrailingZeros(alphabet.length());
    }

    @Override
    String encode(byte[] bytes) {
        var text = new StringBuilder((bytes.length * Byte.SIZE + bits - 1) / bits);
        int held = 0;
        int buffer = 0;
        for (byte next : bytes) {
            buffer = buffer << Byte.SIZE | Byte.toUnsignedInt(next);
            held += Byte.SIZE;
            for (; held >= bits; held -= bits) {
                text.append(digit(buffer >>> (held - bits) & base() - 1));
            }
        }
        if (held > 0) {
            text.append(digit(buffer << (bits - held) & base() - 1));
        }
        return text.toString();
    }

    @Override
    byte[] decode(String text, int from) {
        var bytes = new byte[(text.length() - from) * bits / Byte.SIZE];
        int count = 0;
        int held = 0;
        int buffer = 0;
        for (int i = from; i < text.length(); i++) {
            buffer = buffer << bits | value(text, i);
            held += bits;
            if (held >= Byte.SIZE) {
                held -= Byte.SIZE;
                bytes[count++] = (byte) (buffer >>> held);
            }
        }
        if (held >= bits) {
            throw refused(text.length() - 1, "a digit that begins no byte");
        }
        if ((buffer & (1 << held) - 1) != 0) {
            throw refused(text.length() - 1, "bits beyond the last byte");
        }
        return Arrays.copyOf(bytes, count);
    }
}
