package dev.millrace.streams.documents;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Digest;
import java.io.FileNotFoundException;
import java.util.HashMap;
import java.util.Map;

/// A blob store in memory.
final class MemoryBlobs implements BlobStore {

    private final Map<Digest, byte[]> blobs = new HashMap<>();

    @Override
    public Digest put(byte[] content) {
        var digest = Digest.of(content);
        blobs.put(digest, content.clone());
        return digest;
    }

    @Override
    public byte[] get(Digest digest) throws FileNotFoundException {
        var content = blobs.get(digest);
        if (content == null) {
            throw new FileNotFoundException(digest.hex());
        }
        return content.clone();
    }

    void loseEverything() {
        blobs.clear();
    }
}
