package dev.millrace.gateway;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Blobs in memory. It refuses to be called on an event loop.
final class FakeBlobs implements BlobStore {

    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private volatile boolean broken;

    void fail() {
        broken = true;
    }

    @Override
    public Digest put(byte[] content) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("blocking on " + Thread.currentThread().getName());
        }
        if (broken) {
            throw new IOException("no space left on device");
        }
        var digest = Digest.of(content);
        blobs.put(digest, content.clone());
        return digest;
    }

    @Override
    public byte[] get(Digest digest) throws IOException {
        var content = blobs.get(digest);
        if (content == null) {
            throw new FileNotFoundException(digest.hex());
        }
        return content.clone();
    }
}
