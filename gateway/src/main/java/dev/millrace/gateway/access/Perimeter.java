package dev.millrace.gateway.access;

import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns away requests that were not meant for this gateway.
///
/// A page of a foreign site that a browser on this machine shows can send requests here: by a name
/// of its own that resolves to a loopback address (DNS rebinding), which the `Host` header gives
/// away, or across origins, which `Origin` gives away. Checked before anything else. Immutable.
public final class Perimeter {

    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");
    /* What these stand for are addresses, not names. */
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
    private static final int HTTP_PORT = 80;

    private final List<String> own;
    private final Set<String> hosts;
    private final Set<String> origins;

    /// @param bound the name or address that the gateway listens on, which is a name of its own
    /// @param hosts values of the `Host` header that are allowed besides `bound` and the loopback
    ///   names with the gateway's port, for instance `mill.example.org` or `mill.example.org:8443`
    /// @param origins values of the `Origin` header that are allowed besides the gateway's own
    public Perimeter(String bound, Set<String> hosts, Set<String> origins) {
        this.own = own(bound);
        this.hosts = lowerCase(hosts);
        this.origins = lowerCase(origins);
    }

    /// Why a request is turned away; null if it may pass.
    ///
    /// @param hostHeaders all of its `Host` headers; there must be exactly one (RFC 9112 §3.2)
    /// @param originHeaders all of its `Origin` headers; there may be one
    /// @param port the one it came in by
    public @Nullable Problem refusal(
            List<String> hostHeaders, List<String> originHeaders, int port) {
        if (hostHeaders.size() != 1 || !isAllowedHost(hostHeaders.getFirst(), port)) {
            return Problem.of(
                    ProblemKind.MISDIRECTED,
                    "the Host header does not name this gateway (expected: the address it was"
                            + " started with, port included, or one of millrace.gateway.allowed-hosts)");
        }
        if (originHeaders.size() > 1
                || (originHeaders.size() == 1
                        && !isAllowedOrigin(originHeaders.getFirst(), port))) {
            return Problem.of(
                    ProblemKind.FOREIGN_ORIGIN,
                    "requests from this origin are not allowed (expected: no Origin header, the"
                            + " gateway's own, or one of millrace.gateway.allowed-origins)");
        }
        return null;
    }

    private boolean isAllowedHost(String header, int port) {
        var host = header.toLowerCase(Locale.ROOT);
        return hosts.contains(host) || isOwn(host, port);
    }

    private boolean isAllowedOrigin(String header, int port) {
        var origin = header.toLowerCase(Locale.ROOT);
        if (origins.contains(origin)) {
            return true;
        }
        int scheme = origin.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        var host = origin.substring(scheme + "://".length());
        return switch (origin.substring(0, scheme)) {
            case "http" -> hosts.contains(host) || isOwn(host, port);
            case "https" -> hosts.contains(host);
            default -> false;
        };
    }

    private static List<String> own(String bound) {
        var own = new ArrayList<>(LOOPBACK);
        var name = bound.toLowerCase(Locale.ROOT);
        if (!EVERYWHERE.contains(name)) {
            own.add(name.contains(":") ? "[" + name + "]" : name);
        }
        return List.copyOf(own);
    }

    private boolean isOwn(String host, int port) {
        return own.stream()
                .anyMatch(name ->
                        host.equals(name + ":" + port) || (port == HTTP_PORT && host.equals(name)));
    }

    private static Set<String> lowerCase(Set<String> names) {
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }
}
