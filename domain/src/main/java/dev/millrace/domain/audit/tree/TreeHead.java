package dev.millrace.domain.audit.tree;

import java.nio.charset.StandardCharsets;

/// How far a tree is stored: the file whose replacement commits everything that was written before.
///
/// @param size leaves
/// @param root over all of them
public record TreeHead(long size, Hash root) {

    static final TreeHead EMPTY = new TreeHead(0, TreeHasher.EMPTY);
    static final String PATH = "head";

    private static final String TITLE = "millrace tree 1";

    byte[] toBytes() {
        return (TITLE + "\n" + size + "\n" + root.base64() + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static TreeHead parse(byte[] content) throws TreeDamaged {
        var lines = new String(content, StandardCharsets.US_ASCII).split("\n", -1);
        try {
            if (lines.length == 4 && lines[0].equals(TITLE) && lines[3].isEmpty()) {
                return new TreeHead(Long.parseUnsignedLong(lines[1]), Hash.fromBase64(lines[2]));
            }
        } catch (IllegalArgumentException malformed) {
            throw new TreeDamaged(PATH, String.valueOf(malformed.getMessage()));
        }
        throw new TreeDamaged(PATH, "not the head of a tree");
    }
}
