package dev.millrace.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.problem.ProblemKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PerimeterTest {

    private static final int PORT = 8080;
    private static final Perimeter PERIMETER =
            new Perimeter(
                    "mill.internal",
                    Set.of("Mill.example.org"),
                    Set.of("https://console.example.org"));

    @Test
    void ownNamesPass() {
        for (var host :
                List.of(
                        "localhost:8080",
                        "127.0.0.1:8080",
                        "[::1]:8080",
                        "LOCALHOST:8080",
                        "Mill.Internal:8080",
                        "mill.example.org")) {
            assertThat(refusal(host, null)).as(host).isNull();
        }
    }

    @Test
    void foreignNamesAreMisdirected() {
        for (var host :
                List.of(
                        "evil.example.org:8080",
                        "localhost",
                        "localhost:8081",
                        "mill.internal",
                        "mill.internal:8081",
                        "0.0.0.0:8080",
                        "127.0.0.1.evil.org:8080",
                        "localhost:8080@evil.org",
                        "mill.example.org:8080",
                        "")) {
            assertThat(refusal(host, null)).as(host).isEqualTo(ProblemKind.MISDIRECTED);
        }
    }

    @Test
    void requestHasExactlyOneHost() {
        assertThat(PERIMETER.refusal(List.of(), List.of(), PORT)).isNotNull();
        assertThat(PERIMETER.refusal(List.of("localhost:8080", "localhost:8080"), List.of(), PORT))
                .isNotNull();
    }

    @Test
    void portMayBeLeftOutWhereItIsTheUsualOne() {
        assertThat(PERIMETER.refusal(List.of("localhost"), List.of(), 80)).isNull();
    }

    @Test
    void addressThatIsListenedOnIsAName() {
        assertThat(of("192.0.2.7").refusal(List.of("192.0.2.7:8080"), List.of(), PORT)).isNull();
        assertThat(of("2001:db8::7").refusal(List.of("[2001:db8::7]:8080"), List.of(), PORT))
                .isNull();
        assertThat(of("192.0.2.7").refusal(List.of("192.0.2.8:8080"), List.of(), PORT)).isNotNull();
    }

    @Test
    void everyAddressAtOnceIsNoName() {
        for (var everywhere : List.of("0.0.0.0", "::")) {
            var host = everywhere.equals("::") ? "[::]:8080" : "0.0.0.0:8080";

            assertThat(of(everywhere).refusal(List.of(host), List.of(), PORT)).isNotNull();
        }
    }

    @Test
    void ownOriginsPass() {
        for (var origin :
                List.of(
                        "http://localhost:8080",
                        "http://127.0.0.1:8080",
                        "http://mill.internal:8080",
                        "http://mill.example.org",
                        "https://mill.example.org",
                        "https://console.example.org")) {
            assertThat(refusal("localhost:8080", origin)).as(origin).isNull();
        }
    }

    @Test
    void foreignOriginsAreRefused() {
        for (var origin :
                List.of(
                        "http://evil.example.org",
                        "https://localhost:8080",
                        "http://localhost:3000",
                        "http://localhost",
                        "null",
                        "",
                        "ftp://localhost:8080")) {
            assertThat(refusal("localhost:8080", origin))
                    .as(origin)
                    .isEqualTo(ProblemKind.FOREIGN_ORIGIN);
        }
    }

    private static Perimeter of(String bound) {
        return new Perimeter(bound, Set.of(), Set.of());
    }

    private static @Nullable ProblemKind refusal(String host, @Nullable String origin) {
        var problem =
                PERIMETER.refusal(
                        List.of(host), origin == null ? List.of() : List.of(origin), PORT);
        return problem == null ? null : problem.kind();
    }
}
