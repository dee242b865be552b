package dev.millrace.bench.streams;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.IntConsumer;

/// Finds the numbers of events in the bytes of a stream: each has a mark in its payload, and
/// nothing else of a stream is looked at, so that very many clients cost the machine little.
///
/// Confined to one thread.
final class Marks {

    private static final byte[] BEGINNING = {'b', 'e', 'n', 'c', 'h', '-'};
    private static final int DIGITS = 9;

    private int matched;
    private int digits;
    private int number;

    /// The mark of a number.
    static String of(int number) {
        return String.format(Locale.ROOT, "bench-%0" + DIGITS + "d", number);
    }

    /// Takes all bytes, and tells the number of each mark that is whole.
    void read(ByteBuffer bytes, IntConsumer found) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (matched < BEGINNING.length) {
                // No part of the beginning begins it again, but for its first letter.
                matched = next == BEGINNING[matched] ? matched + 1 : next == BEGINNING[0] ? 1 : 0;
            } else if (next >= '0' && next <= '9') {
                number = 10 * number + next - '0';
                digits++;
                if (digits == DIGITS) {
                    found.accept(number);
                    restart();
                }
            } else {
                restart();
            }
        }
    }

    private void restart() {
        matched = 0;
        digits = 0;
        number = 0;
    }
}
