package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.role.Role;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The HTTP servers of a real process do not wait for ever for the rest of a request.
class HttpServerBoundsIT {

    /* The servers look once a second, and wait for ten. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir private Path folder = Path.of(".");

    @Test
    void halfARequestIsCutOff() throws Exception {
        var data = folder.resolve("data");
        var process =
                SiteProcess.command(
                                "run",
                                "broker",
                                "registry",
                                "--data",
                                data.toString(),
                                "--management-port",
                                "0")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            var ready = Objects.requireNonNull(ReadyLine.await(process, "Ready: "), "it ended");
            var management = ready.substring(ready.indexOf("http://"));
            try (var toManagement = halfRequest(management, "GET /hea");
                    var toRegistry =
                            halfRequest(
                                    SiteProcess.address(data, Role.REGISTRY),
                                    "POST /subjects/s HTTP/1.1\r\nContent-Length: 9\r\n\r\n{")) {
                assertThat(isCutOff(toManagement)).isTrue();
                assertThat(isCutOff(toRegistry)).isTrue();
            }
        } finally {
            process.destroy();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        }
    }

    private static Socket halfRequest(String url, String half) throws IOException {
        var address = URI.create(url);
        var socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /// Whether the server closes the connection, having answered or not.
    private static boolean isCutOff(Socket socket) throws IOException {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }
}
