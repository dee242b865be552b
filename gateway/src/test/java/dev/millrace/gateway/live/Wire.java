package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What is on its way to a client.
final class Wire implements Sink {

    private final int capacity;
    private final boolean isLazy;
    private final StringBuilder queued = new StringBuilder();
    private @Nullable Runnable whenDrained;
    private boolean isEnded;

    /// @param isLazy whether its client seldom reads
    Wire(int capacity, boolean isLazy) {
        this.capacity = capacity;
        this.isLazy = isLazy;
    }

    boolean isLazy() {
        return isLazy;
    }

    boolean isEmpty() {
        return queued.isEmpty();
    }

    boolean isEnded() {
        return isEnded;
    }

    /// All that is on its way.
    String deliver() {
        return deliver(queued.length());
    }

    /// Up to any byte.
    String deliver(Random random) {
        return deliver(random.nextInt(3_000));
    }

    /// So many bytes at most.
    String deliver(int most) {
        int count = Math.min(queued.length(), most);
        var text = queued.substring(0, count);
        queued.delete(0, count);
        var drained = whenDrained;
        if (drained != null && !isFull()) {
            whenDrained = null;
            drained.run();
        }
        return text;
    }

    @Override
    public void write(Buffer bytes) {
        assertThat(isEnded).as("nothing is written behind the end").isFalse();
        queued.append(bytes.toString(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isFull() {
        return queued.length() >= capacity;
    }

    @Override
    public void onceDrained(Runnable action) {
        whenDrained = action;
    }

    @Override
    public void end() {
        isEnded = true;
    }
}
