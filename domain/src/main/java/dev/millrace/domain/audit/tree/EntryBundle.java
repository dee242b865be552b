package dev.millrace.domain.audit.tree;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The entries of one tile of leaves: each behind its length in two bytes.
final class EntryBundle {

    private EntryBundle() {}

    /// The entry at a place of the bundle.
    ///
    /// @param count how many there are to be, all of which are looked at
    static byte[] entry(String path, byte[] content, int count, int at) throws TreeDamaged {
        var rest = ByteBuffer.wrap(content);
        byte[] entry = null;
        int i = 0;
        for (; i < count && rest.remaining() >= Short.BYTES; i++) {
            int length = Short.toUnsignedInt(rest.getShort());
            if (length > rest.remaining()) {
                throw new TreeDamaged(path, "cut short");
            }
            if (i == at) {
                entry = Arrays.copyOfRange(content, rest.position(), rest.position() + length);
            }
            rest.position(rest.position() + length);
        }
        if (entry == null || i < count || rest.hasRemaining()) {
            throw new TreeDamaged(path, "not %d entries".formatted(count));
        }
        return entry;
    }
}
