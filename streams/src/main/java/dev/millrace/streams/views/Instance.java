package dev.millrace.streams.views;

import org.apache.kafka.streams.state.HostInfo;

/// One of several instances of the views that share the partitions.
///
/// @param host under which the others reach this one's HTTP server
/// @param port of that server, on which [ViewsApplication#storesHandler] is mounted
/// @param secret what the processes of a site show each other
public record Instance(String host, int port, String secret) {

    public Instance {
        if (host.isBlank() || host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "host: " + host + " (expected: a host's name or IPv4 address)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
        }
    }

    HostInfo address() {
        return new HostInfo(host, port);
    }

    /// The address; never the secret.
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
