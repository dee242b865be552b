package dev.millrace.domain.audit.tree;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The entries of one tile of leaves: each behind its length in two bytes.
final class EntryBundle {

    private EntryBundle() {}

    /// @param count how many there are to be
    static List<byte[]> parse(String path, byte[] content, int count) throws TreeDamaged {
        var rest = ByteBuffer.wrap(content);
        var entries = new ArrayList<byte[]>(count);
        while (entries.size() < count && rest.remaining() >= Short.BYTES) {
            int length = Short.toUnsignedInt(rest.getShort());
            if (length > rest.remaining()) {
                break;
            }
            var entry = new byte[length];
            rest.get(entry);
            entries.add(entry);
        }
        if (entries.size() != count || rest.hasRemaining()) {
            throw new TreeDamaged(path, "not %d entries".formatted(count));
        }
        return entries;
    }
}
