package dev.millrace.inference.kinds.http;

import java.net.InetAddress;

/// A block of internet addresses, as CIDR writes it: `10.0.0.0/8`, `fd00::/8`. A bare address is a
/// block of its own.
///
/// @param network its first address
/// @param prefix how many bits all of its addresses have in common
public record AddressBlock(InetAddress network, int prefix) {

    /// @throws IllegalArgumentException if `prefix` is out of range, or the network has bits beyond
    ///   it
    public AddressBlock {
        var bytes = network.getAddress();
        if (prefix < 0 || prefix > Byte.SIZE * bytes.length) {
            throw new IllegalArgumentException(
                    "prefix: %d (expected: 0..%d)".formatted(prefix, Byte.SIZE * bytes.length));
        }
        for (int bit = prefix; bit < Byte.SIZE * bytes.length; bit++) {
            if (bit(bytes, bit) != 0) {
                throw new IllegalArgumentException(
                        "%s/%d: has bits beyond its prefix (expected: the first address of a block)"
                                .formatted(network.getHostAddress(), prefix));
            }
        }
    }

    /// Reads an entry of the setting; asks no name server.
    ///
    /// @throws IllegalArgumentException if it is no block of addresses
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        var network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int prefix =
                slash < 0
                        ? Byte.SIZE * network.getAddress().length
                        : Integer.parseInt(text.substring(slash + 1));
        return new AddressBlock(network, prefix);
    }

    boolean contains(InetAddress address) {
        var ours = network.getAddress();
        var theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (bit(ours, bit) != bit(theirs, bit)) {
                return false;
            }
        }
        return true;
    }

    private static int bit(byte[] bytes, int bit) {
        return bytes[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
