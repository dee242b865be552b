package dev.millrace.libp2p.multiformats;

/// Bytes as text that says in its first character how
/// ([multiformats/multibase](https://github.com/multiformats/multibase)).
///
/// One text form for the same bytes in the same base: no padding, no spare bits set, no other case.
public enum Multibase {
    BASE16('f', new BitDigits("base16", "0123456789abcdef")),
    BASE32('b', new BitDigits("base32", "abcdefghijklmnopqrstuvwxyz234567")),
    BASE36('k', new NumberDigits("base36", "0123456789abcdefghijklmnopqrstuvwxyz")),
    BASE58BTC(
            'z',
            new NumberDigits(
                    "base58btc", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")),
    BASE64URL(
            'u',
            new BitDigits(
                    "base64url",
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));

    /// The longest text that is read, in characters, for the time that base 36 and 58 take grows
    /// with the square of it.
    public static final int MAX_CHARACTERS = 1_024;

    private final char prefix;

    // Digits never change, which the compiler cannot see through their array.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Digits digits;

    Multibase(char prefix, Digits digits) {
        this.prefix = prefix;
        this.digits = digits;
    }

    /// The bytes behind the prefix of this base.
    public String encode(Bytes bytes) {
        return prefix + encodeBare(bytes);
    }

    /// The bytes without the prefix, as the peer ids of old and bitcoin have them.
    public String encodeBare(Bytes bytes) {
        return digits.encode(bytes.shared());
    }

    /// Reads what [#encode] of any base writes.
    ///
    /// @param text at most [#MAX_CHARACTERS]
    /// @throws MalformedInput if it is in no known base, or in no form that is written
    public static Bytes decode(String text) {
        requireShort(text);
        if (text.isEmpty()) {
            throw MalformedInput.of("multibase", "an empty text");
        }
        for (var base : values()) {
            if (base.prefix == text.charAt(0)) {
                return Bytes.copyOf(base.digits.decode(text, 1));
            }
        }
        throw MalformedInput.atCharacter(
                "multibase",
                0,
                "an unknown base %s (expected: one of f b k z u)"
                        .formatted(MalformedInput.quoted(text.substring(0, 1))),
                null);
    }

    /// Reads what [#encodeBare] of this base writes.
    ///
    /// @param text at most [#MAX_CHARACTERS]
    /// @throws MalformedInput if it is in no form that is written
    public Bytes decodeBare(String text) {
        requireShort(text);
        return Bytes.copyOf(digits.decode(text, 0));
    }

    private static void requireShort(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw MalformedInput.of(
                    "multibase",
                    "%d characters (expected: 0..%d)".formatted(text.length(), MAX_CHARACTERS));
        }
    }
}
