package dev.millrace.site.runtime;

import dev.millrace.gateway.Gateway;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A gateway that listens.
///
/// @param uri where a client on this machine reaches it
record RunningGateway(Gateway gateway, URI uri) implements AutoCloseable {

    private static final int START_SECONDS = 30;

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
            throw new IOException(
                    failed.getCause() instanceof BindException
                            ? "gateway.port: %d is taken by another program (expected: a free port, or 0)"
                                    .formatted(port)
                            : "could not listen on %s: %s".formatted(host, failed.getCause()),
                    failed);
        } catch (TimeoutException slow) {
            gateway.close();
            throw new IOException("did not listen within " + START_SECONDS + " s", slow);
        } catch (InterruptedException interrupted) {
            gateway.close();
            throw interrupted;
        }
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
