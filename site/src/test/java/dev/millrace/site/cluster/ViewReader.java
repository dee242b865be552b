package dev.millrace.site.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.domain.view.Position;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One client that reads views through a gateway: what it was answered, how often, and how long
/// nothing. Used by one thread, and looked at by others.
final class ViewReader implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Set<Integer> PASSING = Set.of(503, 504);

    private final String name;
    private final URI gateway;
    private final String token;
    private final boolean staleOk;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private int fromStandby;
    private long lastNanos = System.nanoTime();
    private long gapNanos;
    private long slowestNanos;

    /// @param staleOk whether it takes the answers of standbys
    ViewReader(String name, URI gateway, String token, boolean staleOk) {
        this.name = name;
        this.gateway = gateway;
        this.token = token;
        this.staleOk = staleOk;
    }

    /// An answer.
    ///
    /// @param position that it claims
    /// @param body null if there is nothing there
    record Answer(Position position, @Nullable JsonNode body) {}

    /// Asks; null if the answer is to ask again.
    @Nullable Answer get(String path, Map<String, String> parameters, Position after)
            throws IOException, InterruptedException {
        var query = new TreeMap<>(parameters);
        if (!after.offsets().isEmpty()) {
            query.put("after", after.toString());
        }
        if (staleOk) {
            query.put("stale", "ok");
        }
        var text =
                query.entrySet().stream()
                        .map(one ->
                                one.getKey()
                                        + "="
                                        + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        long asked = System.nanoTime();
        var answer =
                http.send(
                        HttpRequest.newBuilder(gateway.resolve(path + "?" + text))
                                .timeout(TIMEOUT)
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        BodyHandlers.ofString());
        boolean isStandby = answer.headers().firstValue("Millrace-Standby").isPresent();
        count(answer.statusCode(), asked, isStandby);
        if (PASSING.contains(answer.statusCode())) {
            if (answer.statusCode() == 503) {
                assertThat(answer.headers().firstValue("Retry-After")).as(name).isPresent();
            }
            return null;
        }
        assertThat(answer.statusCode()).as("%s: %s", name, answer.body()).isIn(200, 404);
        assertThat(isStandby && !staleOk).as("%s was answered by a standby", name).isFalse();
        if (answer.statusCode() == 404) {
            return new Answer(Position.START, null);
        }
        var position = answer.headers().firstValue("Millrace-Position").orElseThrow();
        return new Answer(Position.parse(position), JSON.readTree(answer.body()));
    }

    private synchronized void count(int status, long asked, boolean isStandby) {
        statuses.merge(status, 1, Integer::sum);
        long now = System.nanoTime();
        slowestNanos = Math.max(slowestNanos, now - asked);
        if (!PASSING.contains(status)) {
            gapNanos = Math.max(gapNanos, now - lastNanos);
            lastNanos = now;
            fromStandby += isStandby ? 1 : 0;
        }
    }

    /// Forgets what has been, when all that is to be measured begins.
    synchronized void begin() {
        statuses.clear();
        fromStandby = 0;
        gapNanos = 0;
        slowestNanos = 0;
        lastNanos = System.nanoTime();
    }

    synchronized int reads() {
        return statuses.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized int answered() {
        return reads() - errors();
    }

    synchronized int errors() {
        return PASSING.stream().mapToInt(status -> statuses.getOrDefault(status, 0)).sum();
    }

    /// How many answers came from a standby.
    synchronized int fromStandby() {
        return fromStandby;
    }

    /// The longest time without an answer.
    synchronized Duration gap() {
        return Duration.ofNanos(Math.max(gapNanos, System.nanoTime() - lastNanos));
    }

    /// The longest time for one answer, a refusal too.
    synchronized Duration slowest() {
        return Duration.ofNanos(slowestNanos);
    }

    @Override
    public synchronized String toString() {
        return "%s: %d reads, %d refused (%.2f %%), longest gap %d ms, slowest answer %d ms, %d from a standby, %s"
                .formatted(
                        name,
                        reads(),
                        errors(),
                        100.0 * errors() / Math.max(1, reads()),
                        gap().toMillis(),
                        slowest().toMillis(),
                        fromStandby,
                        statuses);
    }

    @Override
    public void close() {
        http.close();
    }
}
