package dev.millrace.libp2p.address;

import dev.millrace.libp2p.identity.PeerId;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.multiformats.Multibase;
import dev.millrace.libp2p.multiformats.Multihash;

/// How the value of a component is written, as text and as bytes.
///
/// Each reads what it writes, from both; other text may be read too, but bytes have one form.
enum ValueForm {
    /// There is no value.
    NONE(0) {
        @Override
        Bytes parse(String text) {
            return Bytes.EMPTY;
        }

        @Override
        String print(Bytes value) {
            return "";
        }
    },

    /// A number in one byte.
    BYTE(1) {
        @Override
        Bytes parse(String text) {
            return Bytes.copyOf(new byte[] {(byte) Decimal.parse("number", text, 0xFF)});
        }

        @Override
        String print(Bytes value) {
            return Integer.toString(value.at(0));
        }
    },

    /// A number in two bytes.
    PORT(2) {
        @Override
        Bytes parse(String text) {
            int port = Decimal.parse("port", text, 0xFFFF);
            return Bytes.copyOf(new byte[] {(byte) (port >>> Byte.SIZE), (byte) port});
        }

        @Override
        String print(Bytes value) {
            return Integer.toString(value.at(0) << Byte.SIZE | value.at(1));
        }
    },

    IP4(4) {
        @Override
        Bytes parse(String text) {
            return Ip4.parse(text);
        }

        @Override
        String print(Bytes value) {
            return Ip4.print(value, 0);
        }
    },

    IP6(16) {
        @Override
        Bytes parse(String text) {
            return Ip6.parse(text);
        }

        @Override
        String print(Bytes value) {
            return Ip6.print(value);
        }
    },

    /// UTF-8 without a slash or a control character, written as it is; not empty.
    NAME(ValueForm.PREFIXED) {
        @Override
        Bytes parse(String text) {
            return checked(Utf8.encode("name", text));
        }

        @Override
        Bytes checked(Bytes value) {
            var text = Utf8.decode("name", value);
            int length = value.length();
            if (length == 0 || length > MAX_NAME_BYTES) {
                throw MalformedInput.of(
                        "name", "%d bytes (expected: 1..%d)".formatted(length, MAX_NAME_BYTES));
            }
            if (text.chars().anyMatch(c -> c == '/' || Character.isISOControl(c))) {
                throw MalformedInput.of(
                        "name", "a slash or a control character in " + MalformedInput.quoted(text));
            }
            return value;
        }

        @Override
        String print(Bytes value) {
            return value.toUtf8();
        }
    },

    /// UTF-8 in which a slash and much else is written as `%2F` is; not empty, and without a NUL.
    PATH(ValueForm.PREFIXED) {
        @Override
        Bytes parse(String text) {
            return checked(Percent.decode(text));
        }

        @Override
        Bytes checked(Bytes value) {
            if (value.isEmpty() || Utf8.decode("path", value).indexOf('\0') >= 0) {
                throw MalformedInput.of("path", "empty, or with a NUL");
            }
            return value;
        }

        @Override
        String print(Bytes value) {
            return Percent.encode(value);
        }
    },

    PEER_ID(ValueForm.PREFIXED) {
        @Override
        Bytes parse(String text) {
            return PeerId.parse(text).encode();
        }

        @Override
        Bytes checked(Bytes value) {
            return PeerId.decode(value).encode();
        }

        @Override
        String print(Bytes value) {
            return PeerId.decode(value).toString();
        }
    },

    /// A multihash, written in base64url.
    MULTIHASH(ValueForm.PREFIXED) {
        @Override
        Bytes parse(String text) {
            return checked(Multibase.decode(text));
        }

        @Override
        Bytes checked(Bytes value) {
            return Multihash.decode(value).encode();
        }

        @Override
        String print(Bytes value) {
            return Multibase.BASE64URL.encode(value);
        }
    };

    /// The size of a value that stands behind its length.
    static final int PREFIXED = -1;

    /// The longest host name.
    private static final int MAX_NAME_BYTES = 253;

    private final int size;

    ValueForm(int size) {
        this.size = size;
    }

    /// In bytes, or [#PREFIXED].
    int size() {
        return size;
    }

    /// @throws MalformedInput if it is no such text
    abstract Bytes parse(String text);

    /// The text of a value that was checked.
    abstract String print(Bytes value);

    /// The value itself, if it is one.
    ///
    /// @throws MalformedInput if it is not
    Bytes checked(Bytes value) {
        if (value.length() != size) {
            throw MalformedInput.of(
                    "value", "%d bytes (expected: %d)".formatted(value.length(), size));
        }
        return value;
    }
}
