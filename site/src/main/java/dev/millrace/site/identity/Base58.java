package dev.millrace.site.identity;

import java.math.BigInteger;

/// Base58 with Bitcoin's alphabet, as libp2p writes peer ids.
final class Base58 {

    private static final String ALPHABET =
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final BigInteger RADIX = BigInteger.valueOf(ALPHABET.length());

    private Base58() {}

    /// Quadratic in the length: for keys, not for files.
    static String encode(byte[] content) {
        var text = new StringBuilder();
        var rest = new BigInteger(1, content);
        while (rest.signum() > 0) {
            var parts = rest.divideAndRemainder(RADIX);
            text.append(ALPHABET.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        for (int i = 0; i < content.length && content[i] == 0; i++) {
            text.append(ALPHABET.charAt(0));
        }
        return text.reverse().toString();
    }
}
