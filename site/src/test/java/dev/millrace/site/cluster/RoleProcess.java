package dev.millrace.site.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process of `millrace run`, told apart by its instance name, and watched by its management
/// port.
final class RoleProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int HEAP_MEBIBYTES = 384;

    private final String name;
    private final List<String> roles;
    private final Process process;
    private final Path output;
    private final URI management;

    private RoleProcess(
            String name, List<String> roles, Process process, Path output, URI management) {
        this.name = name;
        this.roles = roles;
        this.process = process;
        this.output = output;
        this.management = management;
    }

    /// Starts some roles; see [#awaitReady].
    ///
    /// @param further flags
    static RoleProcess start(
            Path data,
            Path config,
            String instance,
            int port,
            List<String> roles,
            String... further)
            throws IOException {
        var name = instance + "-" + String.join("-", roles);
        var output = data.resolveSibling(name + ".out");
        var arguments = new ArrayList<String>();
        arguments.add("run");
        arguments.addAll(roles);
        arguments.addAll(
                List.of(
                        "--data",
                        data.toString(),
                        "--config",
                        config.toString(),
                        "--instance",
                        instance,
                        "--management-port",
                        Integer.toString(port)));
        arguments.addAll(List.of(further));
        var process = Jvm.start(output, HEAP_MEBIBYTES, "dev.millrace.site.cli.Main", arguments);
        return new RoleProcess(
                name, roles, process, output, URI.create("http://127.0.0.1:" + port));
    }

    void awaitReady() {
        await(name + " is ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    assertThat(process.isAlive()).as("%s: %s", name, said()).isTrue();
                    return get("/ready").statusCode() == 200;
                });
    }

    /// Whether it has a role, perhaps among others.
    boolean does(String role) {
        return roles.contains(role);
    }

    /// What it tells of its work so far.
    Scrape metrics() throws IOException, InterruptedException {
        return Scrape.of(get("/metrics").body());
    }

    @Override
    public String toString() {
        return name;
    }

    /// All that it has written to the console.
    String said() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(management.resolve(path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
