package dev.millrace.streams.documents;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// A blob store in memory.
final class MemoryBlobs implements BlobStore {

    private int faults;
    private final Map<Digest, byte[]> blobs = new HashMap<>();

    @Override
    public Digest put(byte[] content) {
        var digest = Digest.of(content);
        blobs.put(digest, content.clone());
        return digest;
    }

    @Override
    public byte[] get(Digest digest) throws IOException {
        if (faults > 0) {
            faults--;
            throw new IOException("/srv/mill/blobs: Input/output error");
        }
        var content = blobs.get(digest);
        if (content == null) {
            throw new BlobLost(digest, "there is none");
        }
        return content.clone();
    }

    /// Fails the next reads.
    void failReads(int times) {
        faults = times;
    }

    void loseEverything() {
        blobs.clear();
    }
}
