package dev.millrace.domain.audit.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// A text and who signed it (C2SP signed-note): the text, an empty line, the signatures.
///
/// Nothing is checked here but the form. A key has at most one line.
///
/// @param text what is signed; ends with a line feed
/// @param signatures 1 to [#MOST_SIGNATURES]
public record SignedNote(String text, List<SignatureLine> signatures) {

    public static final int MAX_BYTES = 64 << 10;
    public static final int MOST_SIGNATURES = 64;

    public SignedNote {
        signatures = List.copyOf(signatures);
        boolean isText = text.endsWith("\n") && text.chars().noneMatch(c -> c < 0x20 && c != '\n');
        if (!isText) {
            throw new IllegalArgumentException(
                    "note: no text that ends with a line feed and has no control characters");
        }
        if (signatures.isEmpty() || signatures.size() > MOST_SIGNATURES) {
            throw new IllegalArgumentException(
                    "note: %d signatures (expected: 1..%d)"
                            .formatted(signatures.size(), MOST_SIGNATURES));
        }
        var keys = new HashSet<String>();
        for (var line : signatures) {
            if (!keys.add(line.name() + "+" + line.keyHash())) {
                throw new IllegalArgumentException(
                        "note: two signatures by one key of " + line.name());
            }
        }
    }

    /// Reads what [#toBytes] writes, and nothing else.
    public static SignedNote parse(byte[] content) {
        if (content.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "note: %d bytes (expected: 0..%d)".formatted(content.length, MAX_BYTES));
        }
        var whole = utf8(content);
        int end = whole.lastIndexOf("\n\n");
        if (end < 0 || !whole.endsWith("\n") || end + 2 == whole.length()) {
            throw new IllegalArgumentException("note: no signatures after an empty line");
        }
        var signatures = new ArrayList<SignatureLine>();
        for (var line : whole.substring(end + 2, whole.length() - 1).split("\n", -1)) {
            signatures.add(SignatureLine.parse(line));
        }
        return new SignedNote(whole.substring(0, end + 1), signatures);
    }

    /// This note with one more signature, in place of one by the same key.
    public SignedNote with(SignatureLine added) {
        var all = new ArrayList<SignatureLine>();
        for (var line : signatures) {
            if (!line.name().equals(added.name()) || line.keyHash() != added.keyHash()) {
                all.add(line);
            }
        }
        all.add(added);
        return new SignedNote(text, all);
    }

    public byte[] toBytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        var note = new StringBuilder(text).append('\n');
        signatures.forEach(line -> note.append(line).append('\n'));
        return note.toString();
    }

    private static String utf8(byte[] content) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("note: not UTF-8", malformed);
        }
    }
}
