package dev.millrace.libp2p.address;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;

/// The dotted form of IPv4: four numbers, nothing left out, nothing in another base.
final class Ip4 {

    static final int BYTES = 4;

    private Ip4() {}

    static Bytes parse(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != BYTES) {
            throw MalformedInput.of(
                    "ip4",
                    MalformedInput.quoted(text) + " (expected: four numbers and three dots)");
        }
        var address = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            address[i] = (byte) Decimal.parse("ip4", parts[i], 0xFF);
        }
        return Bytes.copyOf(address);
    }

    static String print(Bytes value, int from) {
        return "%d.%d.%d.%d"
                .formatted(
                        value.at(from), value.at(from + 1), value.at(from + 2), value.at(from + 3));
    }
}
