package dev.millrace.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bench.ingest.Searchable.Awaited;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What becomes of looks that fail.
class WatcherTest {

    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch sent = new CountDownLatch(0);

    @Test
    void aLookThatFailsIsRepeated() throws Exception {
        var watched =
                new Searchable(
                        _ -> {
                            if (looks.incrementAndGet() < 3) {
                                throw new IOException("503");
                            }
                            return 1;
                        },
                        System::nanoTime);
        watched.add(new Awaited("a", 1, System.nanoTime()));

        new Watcher(watched, sent, Duration.ofMinutes(1)).call();

        assertThat(watched.micros()).hasSize(1);
        assertThat(looks).hasValue(3);
    }

    @Test
    void looksThatOnlyFailAreTold() {
        var watched =
                new Searchable(
                        _ -> {
                            throw new IOException("503");
                        },
                        System::nanoTime);
        watched.add(new Awaited("a", 1, 0));

        assertThatThrownBy(() -> new Watcher(watched, sent, Duration.ZERO).call())
                .isInstanceOf(IOException.class)
                .hasMessage("503");
    }
}
