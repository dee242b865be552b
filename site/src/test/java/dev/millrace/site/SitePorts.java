package dev.millrace.site;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/// The ports on which a test meets a site's log and registry; both free a moment ago.
record SitePorts(int broker, int registry) {

    static SitePorts choose() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        try (var broker = new ServerSocket(0, 1, loopback);
                var registry = new ServerSocket(0, 1, loopback)) {
            return new SitePorts(broker.getLocalPort(), registry.getLocalPort());
        }
    }

    /// The flags that make a site use them.
    String[] flags() {
        return new String[] {
            "--set", "millrace.broker.port=" + broker, "--set", "millrace.registry.port=" + registry
        };
    }

    String bootstrapServers() {
        return "127.0.0.1:" + broker;
    }

    URI registryUri() {
        return URI.create("http://127.0.0.1:" + registry);
    }
}
