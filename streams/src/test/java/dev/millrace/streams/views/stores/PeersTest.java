package dev.millrace.streams.views.stores;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class PeersTest {

    @Test
    void anInstanceThatHangsIsGivenUp() throws IOException {
        try (var hanging = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                var peers = new Peers("s", Duration.ofSeconds(2), Duration.ofMillis(100))) {
            var peer = new HostInfo("127.0.0.1", hanging.getLocalPort());

            assertThatThrownBy(() -> peers.ask(peer, "/internal/stores/get", new byte[1]))
                    .isInstanceOf(InvalidStateStoreException.class)
                    .hasMessageEndingWith("/internal/stores/get does not answer");
        }
    }

    @Test
    void anInstanceThatIsGoneIsToldAtOnce() throws IOException {
        int port;
        try (var gone = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        try (var peers = new Peers("s", Duration.ofSeconds(2), Duration.ofMinutes(1))) {
            assertThatThrownBy(() -> peers.ask(new HostInfo("127.0.0.1", port), "/", new byte[1]))
                    .isInstanceOf(InvalidStateStoreException.class);
        }
    }
}
