package dev.millrace.inference.kinds.http;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/// A host that tasks of the kind `http` may call: `host`, `host:port` or `*.domain`, which stands
/// for every name below the domain and not for the domain itself.
///
/// Without a port it is that of the scheme: 80 or 443, and no other.
///
/// @param name in lower case, without a dot at its end; an address of IPv6 without its brackets
/// @param isDomain whether names below `name` are meant
/// @param port [#OF_SCHEME] if none is named
public record AllowedHost(String name, boolean isDomain, int port) {

    static final int OF_SCHEME = -1;

    private static final int MAX_PORT = 65_535;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final Pattern FORM =
            Pattern.compile(
                    "(?<wild>\\*\\.)?(?<name>[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*|\\[[0-9A-Fa-f:.]+])"
                            + "(:(?<port>\\d{1,5}))?");

    /// Reads an entry of the setting.
    ///
    /// @throws IllegalArgumentException if it is none of the three
    public static AllowedHost parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw malformed(text);
        }
        boolean isDomain = parts.group("wild") != null;
        var port = parts.group("port");
        int number = port == null ? OF_SCHEME : Integer.parseInt(port);
        if (number == 0 || number > MAX_PORT || (isDomain && parts.group("name").startsWith("["))) {
            throw malformed(text);
        }
        return new AllowedHost(canonical(parts.group("name")), isDomain, number);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "allowed host: " + text + " (expected: host, host:port or *.domain)");
    }

    /// A host of an address, in the one way in which it is compared and asked for.
    ///
    /// @param host as [URI#getHost] has it
    /// @throws IllegalArgumentException if it is in brackets and no address of IPv6
    static String canonical(String host) {
        if (host.startsWith("[")) {
            return InetAddress.ofLiteral(host.substring(1, host.length() - 1)).getHostAddress();
        }
        var name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.toLowerCase(Locale.ROOT);
    }

    /// The port that is meant by an address.
    static int port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return url.getScheme().equalsIgnoreCase("https") ? HTTPS : HTTP;
    }

    /// Whether it is the host of this address, and the port.
    ///
    /// @param url of HTTP, with a host
    boolean permits(URI url) {
        var host = canonical(url.getHost());
        boolean isNamed = isDomain ? host.endsWith("." + name) : host.equals(name);
        int wanted =
                port != OF_SCHEME ? port : url.getScheme().equalsIgnoreCase("https") ? HTTPS : HTTP;
        return isNamed && port(url) == wanted;
    }

    @Override
    public String toString() {
        var host = name.contains(":") ? "[" + name + "]" : name;
        return (isDomain ? "*." : "") + host + (port == OF_SCHEME ? "" : ":" + port);
    }
}
