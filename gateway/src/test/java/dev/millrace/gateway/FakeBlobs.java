package dev.millrace.gateway;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Blobs in memory. It refuses to be called on an event loop.
final class FakeBlobs implements BlobStore {

    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private volatile @Nullable IOException fault;

    void failWith(IOException cause) {
        fault = cause;
    }

    @Override
    public Digest put(byte[] content) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("blocking on " + Thread.currentThread().getName());
        }
        var cause = fault;
        if (cause != null) {
            throw cause;
        }
        var digest = Digest.of(content);
        blobs.put(digest, content.clone());
        return digest;
    }

    @Override
    public byte[] get(Digest digest) throws IOException {
        var content = blobs.get(digest);
        if (content == null) {
            throw new BlobLost(digest, "there is none");
        }
        return content.clone();
    }
}
