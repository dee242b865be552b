package dev.millrace.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A site in a process of its own, as `millrace dev --port 0` starts it, and a client of its API.
final class SiteProcess implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final int STOP_SECONDS = 30;

    private final Process process;
    private final Path data;
    private final URI gateway;
    private final HttpClient http = HttpClient.newHttpClient();

    private SiteProcess(Process process, Path data, URI gateway) {
        this.process = process;
        this.data = data;
        this.gateway = gateway;
    }

    /// Starts a site and waits until it names its gateway, which it does when it is ready.
    static SiteProcess start(Path data) throws IOException {
        var process =
                command("dev", "--data", data.toString(), "--port", "0")
                        .redirectError(data.resolveSibling("stderr.txt").toFile())
                        .start();
        var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            int address = line.indexOf("http://");
            if (address >= 0) {
                return new SiteProcess(
                        process, data, URI.create(line.substring(address).split("\\s", 2)[0]));
            }
        }
        throw new IOException(
                "the site ended before it was ready: "
                        + Files.readString(data.resolveSibling("stderr.txt")));
    }

    /// `millrace …` on this test's class path.
    static ProcessBuilder command(String... arguments) {
        var line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "dev.millrace.site.cli.Main"));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line);
    }

    Path data() {
        return data;
    }

    URI gateway() {
        return gateway;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        var answer = send(request(path).GET());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    HttpResponse<String> post(String path, Object body) throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    HttpResponse<String> anonymous(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(gateway.resolve(path)).GET());
    }

    /// Ends the process as a power cut would.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /// Asks the process to stop, and answers whether it did in time.
    boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .header(
                        "Authorization",
                        "Bearer " + Files.readString(data.resolve("token")).strip());
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
}
