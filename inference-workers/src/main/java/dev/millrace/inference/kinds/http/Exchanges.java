package dev.millrace.inference.kinds.http;

import dev.millrace.inference.kinds.http.CallInput.Call;
import dev.millrace.inference.kinds.http.CheckedResolver.AddressRefused;
import dev.millrace.inference.kinds.http.ReceivedBody.TooLarge;
import dev.millrace.inference.work.Attempt;
import dev.millrace.inference.work.WorkFailed;
import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Asks servers, each time over a connection of its own: which addresses a host may be called at is
/// checked each time, and no request is lost to a connection that the server had closed.
///
/// Without proxies, cookies, redirects, credentials and retries. An exchange is broken off at its
/// time, or when its thread is interrupted. Safe for use by many threads.
final class Exchanges {

    /// How long one address of a host is tried.
    private static final int CONNECT_SECONDS = 10;

    private static final int MOST_HEADERS = 64;
    private static final int MAX_HEADER_CHARACTERS = 16 * 1024;
    private static final int MOST_EMPTY_LINES = 4;

    private final CloseableHttpClient client;

    /// @param most how many at once
    /// @param tls proves the servers of `https`, whose certificates must be for the host that was
    ///   asked for, whichever address it is at
    Exchanges(CheckedResolver resolver, int most, TlsSocketStrategy tls) {
        var operator =
                new DefaultHttpClientConnectionOperator(
                        _ -> new Socket(Proxy.NO_PROXY),
                        DefaultSchemePortResolver.INSTANCE,
                        resolver,
                        RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build());
        var bounds =
                Http1Config.custom()
                        .setMaxHeaderCount(MOST_HEADERS)
                        .setMaxLineLength(MAX_HEADER_CHARACTERS)
                        .setMaxEmptyLineCount(MOST_EMPTY_LINES)
                        .build();
        var connections =
                new PoolingHttpClientConnectionManager(
                        operator,
                        PoolConcurrencyPolicy.STRICT,
                        PoolReusePolicy.LIFO,
                        TimeValue.ZERO_MILLISECONDS,
                        ManagedHttpClientConnectionFactory.builder().http1Config(bounds).build());
        connections.setMaxTotal(most);
        connections.setDefaultMaxPerRoute(most);
        connections.setDefaultConnectionConfig(
                ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                        .build());
        client =
                HttpClients.custom()
                        .setConnectionManager(connections)
                        .setConnectionReuseStrategy((_, _, _) -> false)
                        .disableAuthCaching()
                        .disableAutomaticRetries()
                        .disableConnectionState()
                        .disableContentCompression()
                        .disableCookieManagement()
                        .disableDefaultUserAgent()
                        .disableRedirectHandling()
                        .build();
    }

    /// One request and its answer, whose body is read unless it leads on.
    ///
    /// @param untilNanos when it has to be over, by [System#nanoTime]
    Answer exchange(Call call, long untilNanos, Attempt attempt)
            throws WorkFailed, InterruptedException {
        long left = untilNanos - System.nanoTime();
        if (left <= 0) {
            throw late(call);
        }
        var request = request(call, left);
        var alarm = new CompletableFuture<@Nullable Void>();
        var _ =
                alarm.completeOnTimeout(null, left, TimeUnit.NANOSECONDS)
                        .thenRunAsync(request::cancel);
        try {
            var target =
                    new HttpHost(
                            call.url().getScheme(),
                            AllowedHost.canonical(call.url().getHost()),
                            call.url().getPort());
            return read(call, client.executeOpen(target, request, null));
        } catch (IOException broken) {
            if (Thread.interrupted() || attempt.isWithdrawn()) {
                throw new InterruptedException();
            }
            throw failure(call, broken, untilNanos);
        } finally {
            alarm.cancel(false);
            request.cancel(); // rather than read what nobody wants to know
        }
    }

    private static HttpUriRequestBase request(Call call, long leftNanos) {
        var timeout = Timeout.of(Math.ceilDiv(leftNanos, 1_000_000), TimeUnit.MILLISECONDS);
        var request = new HttpUriRequestBase(call.method(), call.url());
        request.setConfig(
                RequestConfig.custom()
                        .setAuthenticationEnabled(false)
                        .setConnectionRequestTimeout(timeout)
                        .setProtocolUpgradeEnabled(false)
                        .setResponseTimeout(timeout)
                        .build());
        call.headers().forEach(request::setHeader);
        request.setHeader("Connection", "close");
        if (call.body() == null) {
            request.removeHeaders("Content-Type");
        } else {
            request.setEntity(new ByteArrayEntity(call.body().toArray(), null));
        }
        return request;
    }

    private static Answer read(Call call, ClassicHttpResponse response) throws IOException {
        var location = value(response.getFirstHeader("Location"));
        var entity = response.getEntity();
        boolean isWanted = entity != null && !Redirects.leadsOn(response.getCode(), location);
        return new Answer(
                call.url(),
                response.getCode(),
                List.of(response.getHeaders()),
                location,
                value(response.getFirstHeader("Content-Type")),
                isWanted
                        ? ReceivedBody.read(
                                entity.getContent(),
                                value(response.getFirstHeader("Content-Encoding")))
                        : null);
    }

    private static @Nullable String value(@Nullable Header header) {
        return header == null ? null : header.getValue();
    }

    private static WorkFailed failure(Call call, IOException broken, long untilNanos) {
        return switch (broken) {
            case AddressRefused refused ->
                    WorkFailed.forGood("address_not_allowed", String.valueOf(refused.getMessage()));
            case TooLarge large ->
                    WorkFailed.forGood("too_large", String.valueOf(large.getMessage()));
            case MessageConstraintException large ->
                    WorkFailed.forGood(
                            "too_large",
                            "headers: %s (expected: at most %d, of %d characters each)"
                                    .formatted(
                                            large.getMessage(),
                                            MOST_HEADERS,
                                            MAX_HEADER_CHARACTERS));
            case ConnectTimeoutException silent ->
                    WorkFailed.forNow("timeout", "%s: %s".formatted(call.url(), silent));
            case SocketTimeoutException _ -> late(call);
            default ->
                    System.nanoTime() - untilNanos >= 0
                            ? late(call)
                            : WorkFailed.forNow(
                                    "unreachable", "%s: %s".formatted(call.url(), broken));
        };
    }

    private static WorkFailed late(Call call) {
        return WorkFailed.forNow(
                "timeout",
                "%s: no answer within timeout_ms, %d"
                        .formatted(call.url(), call.timeout().toMillis()));
    }
}
