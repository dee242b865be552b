package dev.millrace.streams.views.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class PeersTest {

    @Test
    void anInstanceThatHangsIsGivenUp() throws IOException {
        try (var hanging = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                var peers = new Peers("s", 1, Duration.ofSeconds(2), Duration.ofMillis(100))) {
            var peer = new HostInfo("127.0.0.1", hanging.getLocalPort());

            assertThatThrownBy(() -> peers.ask(peer, "/internal/stores/get", new byte[1]))
                    .isInstanceOf(InvalidStateStoreException.class)
                    .hasMessageEndingWith("/internal/stores/get does not answer");
        }
    }

    @Test
    void afterItsRestOneQuestionAloneTriesAnInstanceThatHung() throws Exception {
        try (var hanging = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
                var peers = new Peers("s", 1, Duration.ofSeconds(2), Duration.ofMillis(50))) {
            var peer = new HostInfo("127.0.0.1", hanging.getLocalPort());
            assertThat(isAsked(peers, peer)).isTrue();

            var asked = new AtomicInteger();
            try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
                for (int thread = 0; thread < 4; thread++) {
                    threads.execute(() -> {
                        while (asked.get() == 0) {
                            if (isAsked(peers, peer)) {
                                asked.incrementAndGet();
                            }
                        }
                    });
                }
            }

            assertThat(asked).hasValue(1);
        }
    }

    /// Whether a question to an instance that hangs was sent at all.
    private static boolean isAsked(Peers peers, HostInfo peer) {
        try {
            peers.ask(peer, "/", new byte[1]);
            throw new AssertionError("there is an answer");
        } catch (InvalidStateStoreException none) {
            return String.valueOf(none.getMessage()).endsWith("does not answer");
        }
    }

    @Test
    void anInstanceThatIsGoneIsToldAtOnce() throws IOException {
        int port;
        try (var gone = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        try (var peers = new Peers("s", 1, Duration.ofSeconds(2), Duration.ofMinutes(1))) {
            assertThatThrownBy(() -> peers.ask(new HostInfo("127.0.0.1", port), "/", new byte[1]))
                    .isInstanceOf(InvalidStateStoreException.class);
        }
    }
}
