package dev.millrace.libp2p.multiformats;

import org.jspecify.annotations.Nullable;

/// Bytes or text that its format does not allow.
///
/// The one exception of every decoder and parser in this library, whatever the input. The message
/// names what was read, the place, and the cause, as in `multiaddr: character 19: port: "70000"
/// (expected: 0..65535)`. A place counts from 0, from the beginning of what is named before it.
/// What is quoted of the input is short and printable.
public final class MalformedInput extends IllegalArgumentException {

    private static final int MOST_QUOTED = 40;

    private final String message;

    private MalformedInput(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    /// Something is wrong with the whole of it.
    public static MalformedInput of(String subject, String cause) {
        return new MalformedInput(subject + ": " + cause, null);
    }

    /// The same, found out by a decoder below.
    public static MalformedInput of(String subject, String cause, @Nullable Throwable below) {
        return new MalformedInput(subject + ": " + cause, below);
    }

    /// Something is wrong at one of its bytes.
    public static MalformedInput atByte(
            String subject, int at, String cause, @Nullable Throwable below) {
        return new MalformedInput("%s: byte %d: %s".formatted(subject, at, cause), below);
    }

    /// Something is wrong at one of its characters.
    public static MalformedInput atCharacter(
            String subject, int at, String cause, @Nullable Throwable below) {
        return new MalformedInput("%s: character %d: %s".formatted(subject, at, cause), below);
    }

    @Override
    public String getMessage() {
        return message;
    }

    /// A piece of the input for a message: at most 40 characters, and nothing but printable ASCII,
    /// so that no peer writes lines into a log.
    public static String quoted(String piece) {
        var shown = new StringBuilder("\"");
        piece.chars()
                .limit(MOST_QUOTED)
                .forEach(c -> {
                    if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                        shown.append("\\u%04x".formatted(c));
                    } else {
                        shown.append((char) c);
                    }
                });
        return shown.append(piece.length() > MOST_QUOTED ? "\"..." : "\"").toString();
    }
}
