package dev.millrace.inference.embed;

import dev.millrace.domain.search.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Texts that one caller wants embedded, and how far that is. Confined to one thread at a time.
final class Request {

    private final List<String> texts;
    private final List<Vector> vectors;
    private final CompletableFuture<List<Vector>> result = new CompletableFuture<>();
    private int taken;

    Request(List<String> texts) {
        this.texts = List.copyOf(texts);
        this.vectors = new ArrayList<>(texts.size());
    }

    int size() {
        return texts.size();
    }

    int remaining() {
        return texts.size() - taken;
    }

    CompletableFuture<List<Vector>> result() {
        return result;
    }

    /// The next texts of this request, at most `limit`.
    Slice take(int limit) {
        int end = Math.min(texts.size(), taken + limit);
        var slice = new Slice(this, texts.subList(taken, end));
        taken = end;
        return slice;
    }

    /// Continuations never run on the caller's thread: whatever they do, the model goes on.
    void deliver(List<Vector> more) {
        vectors.addAll(more);
        if (vectors.size() == texts.size()) {
            var complete = List.copyOf(vectors);
            Thread.startVirtualThread(() -> result.complete(complete));
        }
    }

    /// Fails the request; what is left of it need not be computed.
    void fail(Throwable cause) {
        taken = texts.size();
        Thread.startVirtualThread(() -> result.completeExceptionally(cause));
    }

    /// Neighbouring texts of one request.
    record Slice(Request request, List<String> texts) {}
}
