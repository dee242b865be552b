package dev.millrace.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.site.audit.Checker;
import dev.millrace.site.audit.ViewSource;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A site in a process of its own, as `millrace dev --port 0` starts it, and a client of its API.
final class SiteProcess implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final String READY = "Gateway ready: ";
    private static final int STOP_SECONDS = 30;
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(1);

    /* The second compiler takes as much time as all the rest of a start, and pays off only after
     * these sites are dead. */
    private static final List<String> SHORT_LIVED =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final URI NOT_READY = URI.create("http://127.0.0.1:1");

    private final Process process;
    private final Path data;
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile URI gateway = NOT_READY;

    private SiteProcess(Process process, Path data) {
        this.process = process;
        this.data = data;
    }

    /// Starts a site that will not live long, and waits until it is ready.
    ///
    /// @param flags further arguments of `millrace dev`
    static SiteProcess start(Path data, String... flags) throws IOException {
        var line = new ArrayList<>(List.of("dev", "--data", data.toString(), "--port", "0"));
        line.addAll(List.of(flags));
        return ready(launch(command(line.toArray(String[]::new)), data));
    }

    /// Starts a site as users run it, for a test that gives it work for minutes, and waits until it
    /// is ready.
    static SiteProcess startForLoad(Path data) throws IOException {
        return ready(begin(command("dev", "--data", data.toString(), "--port", "0"), data));
    }

    private static SiteProcess ready(SiteProcess site) throws IOException {
        if (!site.awaitReady()) {
            throw new IOException(
                    "the site ended before it was ready: "
                            + Files.readString(site.data.resolveSibling("stderr.txt")));
        }
        return site;
    }

    /// Begins to start a site that will not live long, and returns at once.
    static SiteProcess launch(ProcessBuilder command, Path data) throws IOException {
        command.command().addAll(1, SHORT_LIVED);
        return begin(command, data);
    }

    private static SiteProcess begin(ProcessBuilder command, Path data) throws IOException {
        var stderr = data.resolveSibling("stderr.txt").toFile();
        return new SiteProcess(command.redirectError(stderr).start(), data);
    }

    /// Waits until the site names its gateway, which it does when it is ready.
    ///
    /// @return false if it ended before that
    /// @throws IOException if it took over [ReadyLine#LONGEST_START]
    boolean awaitReady() throws IOException {
        var address = ReadyLine.await(process, READY);
        if (address == null) {
            return false;
        }
        gateway = URI.create(address);
        return true;
    }

    /// `millrace …`
    static ProcessBuilder command(String... arguments) {
        var line = new ArrayList<>(ProgramJvm.command(List.of(), "dev.millrace.site.cli.Main"));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    Path data() {
        return data;
    }

    URI gateway() {
        return gateway;
    }

    /// The status of a GET, whatever it is.
    int statusOf(String path) throws IOException, InterruptedException {
        return send(request(path).GET()).statusCode();
    }

    /// Where a role of the site on a folder listens.
    static String address(Path data, Role role) throws IOException {
        var file = role == Role.BROKER ? "kafka.address" : role + ".url";
        return Files.readString(data.resolve(file)).strip();
    }

    String bootstrapServers() throws IOException {
        return address(data, Role.BROKER);
    }

    /// An auditor of this site, for when it has nothing left to do.
    Checker checker() throws IOException {
        return checker(this::get);
    }

    /// An auditor who sees the views of this site through something else.
    Checker checker(ViewSource views) throws IOException {
        return Checker.of(
                bootstrapServers(),
                URI.create(address(data, Role.REGISTRY)),
                data.resolve("index"),
                views);
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        var answer = send(request(path).GET());
        if (answer.statusCode() / 100 != 2) {
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

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    /// Submits a document under a key of its own, so that doing it again does nothing twice.
    HttpResponse<String> submit(String key, Object document)
            throws IOException, InterruptedException {
        return post("/v1/documents", key, document);
    }

    /// The same for anything that is taken under a key.
    HttpResponse<String> post(String path, String key, Object body)
            throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    HttpResponse<String> anonymous(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(gateway.resolve(path)).GET());
    }

    /// Ends the process as a power cut would.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /// Whether the process ends by itself within some time.
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time);
    }

    /// What the process ended with; 128 and the signal's number if it was killed.
    int exitCode() {
        return process.exitValue();
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
        try {
            return http.send(
                    request.timeout(LONGEST_ANSWER).build(),
                    BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (HttpTimeoutException late) {
            throw new IOException(
                    "no answer within " + LONGEST_ANSWER + "; meanwhile:\n" + ThreadDump.of(pid()),
                    late);
        }
    }
}
