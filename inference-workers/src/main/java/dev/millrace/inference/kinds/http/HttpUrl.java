package dev.millrace.inference.kinds.http;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/// The addresses that can be called.
final class HttpUrl {

    private static final int MAX_LENGTH = 8192;
    private static final int MAX_PORT = 65_535;

    /// What Java, unlike others, takes for an address of IPv4.
    private static final Pattern ODD_NUMBER =
            Pattern.compile("(?!\\d{1,3}(\\.\\d{1,3}){3}$)(.*\\.)?\\d+\\.?");

    private HttpUrl() {}

    /// An address as it is called: in ASCII, its scheme in lower case, with a path, without a
    /// fragment.
    ///
    /// @throws IllegalArgumentException if it is none of HTTP, or holds a password
    static URI checked(URI url) {
        var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "the scheme is %s (expected: http or https)"
                            .formatted(scheme.isEmpty() ? "missing" : scheme));
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "has a user or a password before its host (expected: none, as the log would"
                            + " keep it for ever)");
        }
        var host = url.getHost();
        if (host == null || host.contains("%") || ODD_NUMBER.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "has no host (expected: a name in ASCII, or an address)");
        }
        AllowedHost.canonical(host);
        int port = url.getPort();
        if (port == 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port: %d (expected: 1..65535)".formatted(port));
        }
        var path = url.getRawPath();
        var query = url.getRawQuery();
        var text =
                scheme
                        + "://"
                        + host
                        + (port < 0 ? "" : ":" + port)
                        + (path == null || path.isEmpty() ? "/" : path)
                        + (query == null ? "" : "?" + query);
        var ascii = URI.create(text).toASCIIString();
        if (ascii.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "%d characters (expected: at most %d)".formatted(ascii.length(), MAX_LENGTH));
        }
        return URI.create(ascii);
    }
}
