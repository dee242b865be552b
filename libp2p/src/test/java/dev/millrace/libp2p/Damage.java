package dev.millrace.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/// The harm that comes to an encoding, and what a decoder owes in return: the same bytes again, or
/// a [MalformedInput]. Anything else that is thrown fails the test.
public final class Damage {

    private int read;
    private int refused;

    /// Every shortened form, every flipped bit, and one byte more.
    ///
    /// @param again decodes and encodes
    public Damage all(Bytes encoded, UnaryOperator<Bytes> again) {
        assertThat(again.apply(encoded)).isEqualTo(encoded);
        for (int length = 0; length < encoded.length(); length++) {
            one(encoded.slice(0, length), again);
        }
        for (int bit = 0; bit < encoded.length() * Byte.SIZE; bit++) {
            var flipped = encoded.toArray();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            one(Bytes.copyOf(flipped), again);
        }
        for (int more : new int[] {0, 1, 0x7F, 0x80, 0xFF}) {
            var longer = Arrays.copyOf(encoded.toArray(), encoded.length() + 1);
            longer[encoded.length()] = (byte) more;
            one(Bytes.copyOf(longer), again);
        }
        return this;
    }

    /// Bytes that nobody meant.
    public Damage noise(Random random, int most, UnaryOperator<Bytes> again) {
        var noise = new byte[random.nextInt(most + 1)];
        random.nextBytes(noise);
        one(Bytes.copyOf(noise), again);
        return this;
    }

    /// How many had a meaning.
    public int read() {
        return read;
    }

    /// How many were refused.
    public int refused() {
        return refused;
    }

    private void one(Bytes damaged, UnaryOperator<Bytes> again) {
        try {
            assertThat(again.apply(damaged)).isEqualTo(damaged);
            read++;
        } catch (MalformedInput malformed) {
            assertThat(malformed.getMessage()).matches("[ -~]{10,300}");
            refused++;
        }
    }
}
