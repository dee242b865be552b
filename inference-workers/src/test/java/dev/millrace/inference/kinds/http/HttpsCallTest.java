package dev.millrace.inference.kinds.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.millrace.inference.work.WorkFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls over TLS: the address is the one that was checked, the name the one that was asked for.
class HttpsCallTest {

    private static final InetAddress HOME = InetAddress.ofLiteral("127.0.0.1");
    private static final String PASSWORD = "for-this-test";

    @TempDir private Path folder;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicReference<@Nullable String> askedFor = new AtomicReference<>();
    private KeyStore keys;
    private HttpsServer server;

    @BeforeEach
    void serve() throws Exception {
        keys = keysFor("right.example");
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD.toCharArray());
        var tls = SSLContext.getInstance("TLS");
        tls.init(keyManagers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(HOME, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var session =
                                (ExtendedSSLSession) ((HttpsExchange) exchange).getSSLSession();
                        askedFor.set(
                                ((SNIHostName) session.getRequestedServerNames().getFirst())
                                        .getAsciiName());
                        var body = "proved".getBytes(UTF_8);
                        exchange.getResponseHeaders().set("Content-Type", "text/plain");
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void theServerIsProvedByTheNameThoughItsAddressIsCalled() throws Exception {
        var output = perform("right.example", trusting(keys));

        assertThat(output.status()).isEqualTo(200);
        assertThat(output.body()).hasToString("\"proved\"");
        assertThat(askedFor.get()).isEqualTo("right.example");
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        var failed = failure("wrong.example", trusting(keys));

        assertThat(failed.isRetryable()).isTrue();
        assertThat(failed)
                .hasMessageStartingWith("unreachable: https://wrong.example:")
                .hasMessageContaining("No subject alternative DNS name matching wrong.example");
        assertThat(askedFor.get()).isNull();
    }

    @Test
    void aCertificateOfNobodyKnownIsRefused() throws Exception {
        var failed = failure("right.example", trusting(keysFor("other.example")));

        assertThat(failed).hasMessageContaining("PKIX path");
        assertThat(askedFor.get()).isNull();
    }

    private CallOutput perform(String host, SSLContext tls) throws Exception {
        int port = server.getAddress().getPort();
        var rules =
                new HttpRules(
                        List.of(AllowedHost.parse(host + ":" + port)),
                        List.of(AddressBlock.parse("127.0.0.1")));
        var call =
                new HttpCall(
                        rules, _ -> new InetAddress[] {HOME}, new DefaultClientTlsStrategy(tls));
        var url = "https://%s:%d/".formatted(host, port);
        return call.perform(new CallInput("GET", url, null, null, null), new FakeAttempt());
    }

    private WorkFailed failure(String host, SSLContext tls) {
        var failed = catchThrowableOfType(WorkFailed.class, () -> perform(host, tls));
        assertThat(failed).isNotNull();
        return failed;
    }

    private static SSLContext trusting(KeyStore certificates) {
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(certificates);
            var tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException unusable) {
            throw new AssertionError(unusable);
        }
    }

    /// A key and a certificate that it signed itself, made by the JDK's own tool.
    private KeyStore keysFor(String host) throws Exception {
        var store = folder.resolve(host + ".p12");
        var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var making =
                new ProcessBuilder(
                                tool,
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + host.toUpperCase(Locale.ROOT),
                                "-ext",
                                "san=dns:" + host,
                                "-keystore",
                                store.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        making.getOutputStream().close();
        var said = new String(making.getInputStream().readAllBytes(), UTF_8);
        if (making.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        var keys = KeyStore.getInstance("PKCS12");
        try (var bytes = Files.newInputStream(store)) {
            keys.load(bytes, PASSWORD.toCharArray());
        }
        // A private key is no certificate that is trusted.
        keys.setCertificateEntry("trusted", keys.getCertificate("server"));
        return keys;
    }
}
