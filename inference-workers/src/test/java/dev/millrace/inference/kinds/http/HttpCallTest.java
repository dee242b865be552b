package dev.millrace.inference.kinds.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.inference.work.WorkFailed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCallTest {

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();
    private static final InetAddress HOME = InetAddress.ofLiteral("127.0.0.1");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(HOME, 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void anAnswerInJsonStaysJson() throws Exception {
        on("/x", 200, "application/json; charset=utf-8", "{\"a\":[1,2.50,\"ü\"]}");

        var output = call("{'url':'%s/x?q=1'}");

        assertThat(JSON.writeValueAsString(output))
                .isEqualTo(
                        ("{'status':200,'headers':{'content-length':'19',"
                                        + "'content-type':'application/json; charset=utf-8',"
                                        + "'date':'"
                                        + output.headers().get("date")
                                        + "'},'body':{'a':[1,2.50,'ü']},'url':'"
                                        + home()
                                        + "/x?q=1'}")
                                .replace('\'', '"'));
    }

    @Test
    void aTextIsATextAndTheRestIsBase64() throws Exception {
        on("/text", 200, "text/plain; charset=iso-8859-1", new byte[] {'a', (byte) 0xfc});
        on("/other", 200, "image/png", new byte[] {1, 2});
        on("/untold", 200, null, "a".getBytes(UTF_8));
        on("/broken-text", 200, "text/plain", new byte[] {(byte) 0xfc});
        on("/broken-json", 200, "application/json", "{".getBytes(UTF_8));
        on("/none", 204, null, new byte[0]);

        assertThat(call("{'url':'%s/text'}").body()).hasToString("\"aü\"");
        assertThat(call("{'url':'%s/other'}").bodyBase64()).isEqualTo("AQI=");
        assertThat(call("{'url':'%s/untold'}").bodyBase64()).isEqualTo("YQ==");
        assertThat(call("{'url':'%s/broken-text'}").bodyBase64()).isEqualTo("/A==");
        assertThat(call("{'url':'%s/broken-json'}").body()).hasToString("\"{\"");
        assertThat(call("{'url':'%s/none'}"))
                .extracting(CallOutput::status, CallOutput::body, CallOutput::bodyBase64)
                .containsExactly(204, null, null);
    }

    @Test
    void whatIsAskedForIsSent() throws Exception {
        var heard = new CompletableFuture<Map<String, List<String>>>();
        on(
                "/in",
                exchange -> {
                    heard.complete(Map.copyOf(exchange.getRequestHeaders()));
                    answer(exchange, 200, "text/plain", exchange.getRequestBody().readAllBytes());
                });

        var output =
                call("{'method':'PUT','url':'%s/in','headers':{'X-Task':'7'},'body':{'a':null}}");

        assertThat(output.body()).hasToString("\"{\\\"a\\\":null}\"");
        assertThat(requests).containsExactly("PUT /in");
        assertThat(heard.join())
                .containsEntry("X-task", List.of("7"))
                .containsEntry("Content-type", List.of("application/json"))
                .containsOnlyKeys(
                        "Accept-encoding",
                        "Connection",
                        "Content-length",
                        "Content-type",
                        "Host",
                        "User-agent",
                        "X-task");
        assertThat(call("{'method':'POST','url':'%s/in','body':'as it is'}").body())
                .hasToString("\"as it is\"");
    }

    @Test
    void redirectsAreFollowedAndTheLastAddressIsTold() throws Exception {
        on("/a", exchange -> redirect(exchange, 303, "/b"));
        on("/b", exchange -> redirect(exchange, 307, home() + "/c?x"));
        on("/c", 200, "text/plain", "here");

        var output = call("{'method':'POST','url':'%s/a','body':'x'}");

        assertThat(output.url()).isEqualTo(home() + "/c?x");
        assertThat(output.body()).hasToString("\"here\"");
        assertThat(requests).containsExactly("POST /a", "GET /b", "GET /c?x");
    }

    @Test
    void fiveRedirectsAreFollowedAndNotASixth() throws Exception {
        on(
                "/",
                exchange -> {
                    int step = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
                    if (step == 6) {
                        answer(exchange, 200, "text/plain", "end".getBytes(UTF_8));
                    } else {
                        redirect(exchange, 302, "/" + (step + 1));
                    }
                });

        assertThat(call("{'url':'%s/1'}").body()).hasToString("\"end\"");
        assertThat(failure("{'url':'%s/0'}")).startsWith("final bad_redirect: ");
    }

    @Test
    void cookiesAreNeitherKeptNorSentBack() throws Exception {
        var sent = new CompletableFuture<Boolean>();
        on(
                "/a",
                exchange -> {
                    exchange.getResponseHeaders().set("Set-Cookie", "a=secret");
                    redirect(exchange, 302, "/b");
                });
        on(
                "/b",
                exchange -> {
                    sent.complete(exchange.getRequestHeaders().containsKey("Cookie"));
                    exchange.getResponseHeaders().set("Set-Cookie", "b=secret");
                    answer(exchange, 200, "text/plain", new byte[] {'x'});
                });

        assertThat(call("{'url':'%s/a'}").headers())
                .containsOnlyKeys("content-length", "content-type", "date");
        assertThat(sent.join()).isFalse();
    }

    @Test
    void withoutAllowedHostsNothingIsCalled() {
        on("/", 200, "text/plain", "x");

        assertThat(failure(call(List.of(), "127.0.0.1/32"), "{'url':'%s/'}"))
                .isEqualTo(
                        "final host_not_allowed: url: 127.0.0.1 port %d (expected: a host of the"
                                        .formatted(server.getAddress().getPort())
                                + " setting millrace.tasks.http.allowed-hosts, which is empty)");
        assertThat(requests).isEmpty();
    }

    @Test
    void aRedirectToAHostThatIsNotAllowedIsNotFollowed() {
        on("/", exchange -> redirect(exchange, 302, "http://other.example/"));

        assertThat(failure("{'url':'%s/'}"))
                .startsWith("final host_not_allowed: url: other.example");
    }

    @Test
    void anAddressOfTheSitesOwnNetworkIsNotConnectedTo() {
        on("/", 200, "text/plain", "x");

        assertThat(failure(call(List.of(address()), "10.0.0.0/8"), "{'url':'%s/'}"))
                .isEqualTo(
                        "final address_not_allowed: url: 127.0.0.1 is at 127.0.0.1 (expected: an"
                                + " address of the public internet, or of the setting"
                                + " millrace.tasks.http.allowed-addresses)");
        assertThat(requests).isEmpty();
    }

    @Test
    void aNameThatMovesBetweenCheckAndCallIsAskedForOnce() throws Exception {
        var answers = new ArrayDeque<>(List.of(HOME, InetAddress.ofLiteral("127.0.0.2")));
        on("/once", 200, "text/plain", "x");
        on("/again", exchange -> redirect(exchange, 302, "/once"));
        int port = server.getAddress().getPort();
        var call =
                new HttpCall(
                        rules(List.of("moving.example:" + port), "127.0.0.1/32"),
                        _ -> new InetAddress[] {answers.removeFirst()});
        var url = "http://moving.example:" + port;

        assertThat(call.perform(input("{'url':'" + url + "/once'}"), new FakeAttempt()).status())
                .isEqualTo(200);
        assertThat(answers).hasSize(1);
        answers.addFirst(HOME);
        assertThat(failure(call, "{'url':'" + url + "/again'}"))
                .startsWith("final address_not_allowed: url: moving.example is at 127.0.0.2");
        assertThat(requests).containsExactly("GET /once", "GET /again");
    }

    @Test
    void ofSeveralAddressesOnlyThoseAllowedAreConnectedTo() throws Exception {
        on("/", 200, "text/plain", "x");
        int port = server.getAddress().getPort();
        var call =
                new HttpCall(
                        rules(List.of("two.example:" + port), "127.0.0.1/32"),
                        _ -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.2"), HOME});

        assertThat(
                        call.perform(
                                        input("{'url':'http://two.example:" + port + "/'}"),
                                        new FakeAttempt())
                                .status())
                .isEqualTo(200);
    }

    @Test
    void noProxyOfTheMachineIsUsed() throws Exception {
        on("/", 200, "text/plain", "x");
        var proxies = List.of("http.proxyHost", "socksProxyHost");
        proxies.forEach(name -> System.setProperty(name, "proxy.invalid"));
        try {
            assertThat(call("{'url':'%s/'}").status()).isEqualTo(200);
        } finally {
            proxies.forEach(System::clearProperty);
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        on(
                "/endless",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    exchange.sendResponseHeaders(200, 0);
                    flood(exchange.getResponseBody());
                });
        on(
                "/packed",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    answer(exchange, 200, "text/plain", gzip(new byte[ReceivedBody.MAX_BYTES + 1]));
                });
        var most = new byte[ReceivedBody.MAX_BYTES];
        Arrays.fill(most, (byte) 'x');
        on("/most", 200, "text/plain", most);

        assertThat(failure("{'url':'%s/endless'}")).startsWith("final too_large: body: more than");
        assertThat(failure("{'url':'%s/packed'}")).startsWith("final too_large: body: more than");
        assertThat(call("{'url':'%s/most'}").body())
                .hasToString('"' + new String(most, UTF_8) + '"');
    }

    @Test
    void aPackedBodyIsUnpackedIfItIsKnownHow() throws Exception {
        on(
                "/gzip",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    answer(exchange, 200, "text/plain", gzip("unpacked".getBytes(UTF_8)));
                });
        on(
                "/br",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "br");
                    answer(exchange, 200, "text/plain", new byte[] {1});
                });

        assertThat(call("{'url':'%s/gzip'}"))
                .extracting(CallOutput::body, output -> output.headers().keySet())
                .containsExactly(TextNode.valueOf("unpacked"), Set.of("content-type", "date"));
        assertThat(call("{'url':'%s/br'}"))
                .extracting(
                        CallOutput::bodyBase64, output -> output.headers().get("content-encoding"))
                .containsExactly("AQ==", "br");
    }

    @Test
    void tooManyHeadersAreRefused() {
        on(
                "/",
                exchange -> {
                    for (int i = 0; i < 65; i++) {
                        exchange.getResponseHeaders().set("X-" + i, "x");
                    }
                    answer(exchange, 200, "text/plain", new byte[] {'x'});
                });

        assertThat(failure("{'url':'%s/'}")).startsWith("final too_large: headers: ");
    }

    @Test
    void theStatusSaysWhetherAnotherAttemptMayHelp() {
        for (int status : new int[] {400, 401, 404, 409, 422}) {
            on("/" + status, status, "text/plain", "no");
            assertThat(failure("{'url':'%s/" + status + "'}"))
                    .isEqualTo(
                            "final http_%d: %s/%d answered %d"
                                    .formatted(status, home(), status, status));
        }
        for (int status : new int[] {408, 425, 429, 500, 503}) {
            on("/" + status, status, "text/plain", "no");
            assertThat(failure("{'url':'%s/" + status + "'}"))
                    .startsWith("passing http_" + status + ": ");
        }
        assertThat(requests).hasSize(10);
    }

    @Test
    void silenceIsATimeout() {
        on("/", exchange -> await(over));

        assertThat(failure("{'url':'%s/','timeout_ms':200}"))
                .isEqualTo(
                        "passing timeout: %s/: no answer within timeout_ms, 200".formatted(home()));
    }

    @Test
    void anAnswerThatTricklesInIsATimeout() {
        on(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                    await(over);
                });

        assertThat(failure("{'url':'%s/','timeout_ms':200}")).startsWith("passing timeout: ");
    }

    @Test
    void aServerThatNeverFallsSilentIsATimeoutToo() throws Exception {
        try (var dripping = new ServerSocket(0, 8, HOME)) {
            threads.execute(() -> {
                try (var socket = dripping.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX-A: ".getBytes(UTF_8));
                    while (!over.await(10, TimeUnit.MILLISECONDS)) {
                        socket.getOutputStream().write('x');
                    }
                } catch (IOException | InterruptedException closed) {
                    return;
                }
            });
            var host = "127.0.0.1:" + dripping.getLocalPort();

            assertThat(
                            failure(
                                    call(List.of(host), "127.0.0.1"),
                                    "{'url':'http://" + host + "/','timeout_ms':300}"))
                    .startsWith("passing timeout: ");
        }
    }

    @Test
    void whoDoesNotAnswerIsUnreachableAndAskedOnce() throws Exception {
        var asked = new AtomicInteger();
        try (var deaf = new ServerSocket(0, 8, HOME)) {
            threads.execute(() -> {
                while (!deaf.isClosed()) {
                    try (var _ = deaf.accept()) {
                        asked.incrementAndGet();
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
            var host = "127.0.0.1:" + deaf.getLocalPort();

            assertThat(failure(call(List.of(host), "127.0.0.1"), "{'url':'http://" + host + "/'}"))
                    .startsWith("passing unreachable: http://" + host + "/: ");
            assertThat(asked).hasValue(1);
        }
        assertThat(
                        failure(
                                new HttpCall(
                                        rules(List.of("nowhere.invalid"), "127.0.0.1"),
                                        host -> {
                                            throw new java.net.UnknownHostException(host);
                                        }),
                                "{'url':'http://nowhere.invalid/'}"))
                .startsWith("passing unreachable: ");
    }

    @Test
    void aCallIsBrokenOffByAnInterrupt() throws Exception {
        var arrived = new CountDownLatch(1);
        on(
                "/",
                exchange -> {
                    arrived.countDown();
                    await(over);
                });
        var ended = new CompletableFuture<@Nullable Throwable>();
        var call = call(List.of(address()), "127.0.0.1");
        var input = input("{'url':'%s/'}");
        var calling =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                call.perform(input, new FakeAttempt());
                                ended.complete(null);
                            } catch (Exception broken) {
                                ended.complete(broken);
                            }
                        });
        arrived.await();

        calling.interrupt();

        assertThat(ended.join()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void badInputIsRefusedWithItsCause() {
        assertThat(failure("{}"))
                .isEqualTo("final bad_input: url: missing (expected: an address of http or https)");
        assertThat(failure("{'url':'ftp://a/'}"))
                .isEqualTo("final bad_input: url: the scheme is ftp (expected: http or https)");
        assertThat(failure("{'url':'http://u:p@a/'}"))
                .startsWith("final bad_input: url: has a user");
        assertThat(failure("{'url':'%s/','method':'TRACE'}"))
                .startsWith("final bad_input: method: TRACE (expected: GET, ");
        assertThat(failure("{'url':'%s/','body':'x'}"))
                .startsWith("final bad_input: body: with GET");
        assertThat(failure("{'url':'%s/','timeout_ms':300001}"))
                .isEqualTo("final bad_input: timeout_ms: 300001 (expected: 1..300000)");
        assertThat(failure("{'url':'%s/','timeout_ms':0}"))
                .startsWith("final bad_input: timeout_ms");
        assertThat(failure("{'url':'%s/','method':'POST','body':'" + "x".repeat(1 << 20) + "y'}"))
                .isEqualTo("final too_large: body: 1048577 bytes (expected: at most 1048576)");
    }

    @Test
    void headersThatLookLikeCredentialsAreRefused() {
        for (var header :
                List.of(
                        "'Authorization':'x'",
                        "'cookie':'x'",
                        "'Proxy-Authorization':'x'",
                        "'X-Api-Key':'x'",
                        "'X-Auth-Token':'x'",
                        "'X-Anything':'Bearer x'")) {
            assertThat(failure("{'url':'%s/','headers':{" + header + "}}"))
                    .startsWith("final bad_input: headers: ")
                    .endsWith(
                            " looks like a credential (expected: none, because a task's input"
                                    + " stands in the log for ever)");
        }
    }

    @Test
    void headersThatFrameTheRequestAreRefused() {
        for (var header :
                List.of(
                        "'Host':'x'",
                        "'content-length':'1'",
                        "'Transfer-Encoding':'chunked'",
                        "'Proxy-Connection':'x'",
                        "'X-A':'a\\r\\nHost: b'",
                        "'X-A':'ü'",
                        "'X-A':null",
                        "'X A':'x'",
                        "'':'x'",
                        "'X-A':'1','x-a':'2'")) {
            assertThat(failure("{'url':'%s/','headers':{" + header + "}}"))
                    .as(header)
                    .startsWith("final bad_input: headers: ");
        }
        var many = new StringBuilder("'X':'x'");
        for (int i = 0; i < 64; i++) {
            many.append(",'X-").append(i).append("':'x'");
        }
        assertThat(failure("{'url':'%s/','headers':{" + many + "}}"))
                .isEqualTo("final bad_input: headers: 65 of them (expected: at most 64)");
    }

    @Test
    void theBuiltInKindDeclaresWhatIsReadAndWritten() throws Exception {
        var kind = HttpCall.kind(new HttpRules(List.of(), List.of()));

        assertThat(names(JSON.readTree(BuiltInKinds.HTTP.inputSchema())))
                .isEqualTo(names(kind.inputSchema()));
        assertThat(names(JSON.readTree(BuiltInKinds.HTTP.outputSchema())))
                .isEqualTo(names(kind.outputSchema()));
    }

    private static Set<String> names(JsonNode schema) {
        var names = new TreeSet<String>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private String home() {
        return "http://" + address();
    }

    private static HttpRules rules(List<String> hosts, String addresses) {
        return new HttpRules(
                hosts.stream().map(AllowedHost::parse).toList(),
                List.of(AddressBlock.parse(addresses)));
    }

    private static HttpCall call(List<String> hosts, String addresses) {
        return new HttpCall(rules(hosts, addresses), InetAddress::getAllByName);
    }

    private CallOutput call(String input) throws Exception {
        return call(List.of(address()), "127.0.0.1").perform(input(input), new FakeAttempt());
    }

    private String failure(String input) {
        return failure(call(List.of(address()), "127.0.0.1"), input);
    }

    private String failure(HttpCall call, String input) {
        var failed =
                catchThrowableOfType(
                        WorkFailed.class, () -> call.perform(input(input), new FakeAttempt()));
        assertThat(failed).as(input).isNotNull();
        return (failed.isRetryable() ? "passing " : "final ") + failed.getMessage();
    }

    /// Reads JSON in which ' stands for " and %s for where the server is.
    private CallInput input(String text) throws IOException {
        return JSON.readValue(text.replace('\'', '"').replace("%s", home()), CallInput.class);
    }

    private void on(String path, HttpHandler handler) {
        server.createContext(
                path,
                exchange -> {
                    URI uri = exchange.getRequestURI();
                    requests.add(exchange.getRequestMethod() + " " + uri);
                    try (exchange) {
                        handler.handle(exchange);
                    }
                });
    }

    private void on(String path, int status, @Nullable String type, byte[] body) {
        on(path, exchange -> answer(exchange, status, type, body));
    }

    private void on(String path, int status, String type, String body) {
        on(path, status, type, body.getBytes(UTF_8));
    }

    private static void answer(
            HttpExchange exchange, int status, @Nullable String type, byte[] body)
            throws IOException {
        if (type != null) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static void redirect(HttpExchange exchange, int status, String place)
            throws IOException {
        exchange.getResponseHeaders().set("Location", place);
        answer(exchange, status, "text/plain", "elsewhere".getBytes(UTF_8));
    }

    /// Writes until nobody reads any more.
    private static void flood(OutputStream body) throws IOException {
        var piece = Base64.getEncoder().encode(new byte[48 * 1024]);
        for (int i = 0; i < 1024; i++) {
            body.write(piece);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var stream = new GZIPOutputStream(packed)) {
            stream.write(bytes);
        }
        return packed.toByteArray();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }
}
