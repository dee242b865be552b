package dev.millrace.site.runtime;

import dev.millrace.gateway.Gateway;
import dev.millrace.site.config.SiteConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A gateway that listens.
///
/// @param uri where a client on this machine reaches it
record RunningGateway(Gateway gateway, URI uri) implements AutoCloseable {

    private static final int START_SECONDS = 30;

    /// Tells early that the port is taken, before anything else is started in vain.
    ///
    /// @return the port
    static int requireFree(SiteConfig.Gateway config) throws IOException {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(config.host(), config.port()));
            return probe.getLocalPort();
        } catch (BindException taken) {
            throw cannotListen(config.host(), config.port(), taken);
        }
    }

    /// Starts a gateway, and waits until it listens; closes it if it does not.
    ///
    /// @param host what it is to be bound to
    static RunningGateway start(Gateway gateway, String host, int port)
            throws IOException, InterruptedException {
        try {
            int bound = gateway.start().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
            return new RunningGateway(gateway, uri(host, bound));
        } catch (ExecutionException failed) {
            gateway.close();
            throw cannotListen(host, port, failed.getCause());
        } catch (TimeoutException slow) {
            gateway.close();
            throw new IOException("did not listen within " + START_SECONDS + " s", slow);
        } catch (InterruptedException interrupted) {
            gateway.close();
            throw interrupted;
        }
    }

    private static IOException cannotListen(String host, int port, @Nullable Throwable cause) {
        return new IOException(
                "gateway.port: cannot listen on %s:%d: %s (expected: a free port, or 0)"
                        .formatted(host, port, cause == null ? "refused" : cause.getMessage()),
                cause);
    }

    /// @param host what was bound to; one address of this machine stands for all of them
    static URI uri(String host, int port) {
        var reached =
                switch (host) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::", "0:0:0:0:0:0:0:0" -> "[::1]";
                    default -> host.contains(":") ? "[" + host + "]" : host;
                };
        return URI.create("http://" + reached + ":" + port);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
