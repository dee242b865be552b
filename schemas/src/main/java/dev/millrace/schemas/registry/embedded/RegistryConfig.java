package dev.millrace.schemas.registry.embedded;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Where the embedded registry listens.
///
/// @param host a loopback address: the registry has no access control of its own
/// @param port TCP port; 0 asks the system for a free one
public record RegistryConfig(String host, int port) {

    public RegistryConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("registry.port: " + port + " (expected: 0..65535)");
        }
        if (!isLoopback(host)) {
            throw new IllegalArgumentException(
                    "registry.host: " + host + " (expected: a loopback address)");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
