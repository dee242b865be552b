package dev.millrace.site.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether the Schema Registry answers, and whether its clock agrees with this machine's.
final class RegistryExam {

    private static final int OK = 200;
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final URI registry;
    private final Duration patience;
    private final InstantSource clock;

    RegistryExam(URI registry, Duration patience, InstantSource clock) {
        this.registry = registry;
        this.patience = patience;
        this.clock = clock;
    }

    List<Finding> examine() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        var base = registry.toString().replaceAll("/+$", "");
        try (var http = HttpClient.newBuilder().connectTimeout(patience).build()) {
            var request =
                    HttpRequest.newBuilder(URI.create(base + "/subjects"))
                            .timeout(patience)
                            .GET()
                            .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            findings.add(
                    answer.statusCode() == OK
                            ? Finding.good("registry", base)
                            : Finding.bad(
                                    "registry",
                                    "%s answers %d".formatted(base, answer.statusCode()),
                                    "correct registry.urls: the base of Confluent's REST API, for"
                                            + " instance http://host:port/apis/ccompat/v7"));
            findings.add(clock(answer.headers().firstValue("Date").orElse(null), clock.instant()));
        } catch (IOException silent) {
            findings.add(
                    Finding.bad(
                            "registry",
                            base
                                    + ": "
                                    + (silent.getMessage() == null ? silent : silent.getMessage()),
                            "start it, or correct registry.urls"));
        }
        return findings;
    }

    /// @param date as HTTP has it (RFC 9110, section 6.6.1); null if none was told
    static Finding clock(@Nullable String date, Instant now) {
        if (date == null) {
            return Finding.good("clock", "nobody to compare it with");
        }
        try {
            var there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            var skew = Duration.between(there, now);
            return skew.abs().compareTo(SKEW) <= 0
                    ? Finding.good("clock", "agrees with the registry's within 5 s")
                    : Finding.doubtful(
                            "clock",
                            "%d s off the registry's".formatted(skew.toSeconds()),
                            "keep both machines' clocks by NTP: times of events come from them");
        } catch (DateTimeException malformed) {
            return Finding.good("clock", "nobody to compare it with");
        }
    }
}
