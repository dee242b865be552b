package dev.millrace.bench.reads;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.JavaCommand;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The least that an answer in JSON can cost with Vert.x: a server in a process of its own that has
/// the answers of a gateway in memory, and sends them to whoever asks. It checks nobody, validates
/// nothing, reads no store, and has an event loop for each core. Ends when this process does.
final class BareRoute implements AutoCloseable {

    /// Of one task, and the newest ones.
    static final String TASKS = "/v1/tasks";

    private static final String READY = "Route ready: ";
    private static final long LONGEST_STOP_SECONDS = 10;

    /* Any negative number: one free port for all instances of a deployment. */
    private static final int FREE_AND_SHARED = -1;

    private final Process process;
    private final URI address;

    private BareRoute(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /// Starts it.
    ///
    /// @param folder there
    /// @param answers by their paths: [#TASKS], or that and a task
    static BareRoute start(Path folder, Map<String, String> answers) throws IOException {
        var file = folder.resolve("answers.json");
        GatewayClient.JSON.writeValue(file.toFile(), answers);
        var process =
                JavaCommand.of(List.of(), BareRoute.class.getName(), List.of(file.toString()))
                        .redirectError(folder.resolve("route-messages.txt").toFile())
                        .start();
        var line =
                new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
        if (line == null || !line.startsWith(READY)) {
            process.destroyForcibly();
            throw new IOException(
                    "the bare route did not start: "
                            + Files.readString(folder.resolve("route-messages.txt")));
        }
        return new BareRoute(process, URI.create(line.substring(READY.length())));
    }

    /// What runs in its process.
    ///
    /// @param arguments the file of the answers
    public static void main(String[] arguments) throws Exception {
        Map<String, String> answers =
                GatewayClient.JSON.readValue(
                        Path.of(arguments[0]).toFile(), new TypeReference<>() {});
        var vertx = Vertx.vertx();
        int port = listen(vertx, answers, Runtime.getRuntime().availableProcessors());
        System.out.println(READY + "http://127.0.0.1:" + port);
        System.out.flush();
        while (System.in.read() >= 0) {
            // Whoever started this says nothing; the end of its words is what counts.
        }
        System.exit(0);
    }

    /// Listens on a free port.
    ///
    /// @param loops event loops that share the connections
    /// @return the port
    static int listen(Vertx vertx, Map<String, String> answers, int loops) {
        var bodies = new HashMap<String, Buffer>();
        answers.forEach((path, text) -> bodies.put(path, Buffer.buffer(text)));
        var port = new CompletableFuture<Integer>();
        var _ =
                vertx.deployVerticle(
                                () -> context -> serve(context.owner(), bodies, port),
                                new DeploymentOptions().setInstances(loops))
                        .await();
        return port.join();
    }

    private static Future<HttpServer> serve(
            Vertx vertx, Map<String, Buffer> bodies, CompletableFuture<Integer> port) {
        var router = Router.router(vertx);
        router.get(TASKS).handler(exchange -> answer(exchange, bodies.get(TASKS)));
        router.get(TASKS + "/:task")
                .handler(exchange ->
                        answer(exchange, bodies.get(TASKS + "/" + exchange.pathParam("task"))));
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(FREE_AND_SHARED, "127.0.0.1")
                .onSuccess(server -> port.complete(server.actualPort()));
    }

    private static void answer(RoutingContext exchange, @Nullable Buffer body) {
        if (body == null) {
            var _ = exchange.response().setStatusCode(404).end();
            return;
        }
        var _ = exchange.response().putHeader("Content-Type", "application/json").end(body);
    }

    URI address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
