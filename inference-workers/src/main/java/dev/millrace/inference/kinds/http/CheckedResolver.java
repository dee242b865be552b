package dev.millrace.inference.kinds.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.DnsResolver;

/// Tells the client which addresses a host has, less those that may not be connected to.
///
/// The client connects to what it is told here and asks nobody else, so that a name server cannot
/// show one address to the check and another to the connection.
final class CheckedResolver implements DnsResolver {

    private final HttpRules rules;
    private final Names names;

    CheckedResolver(HttpRules rules, Names names) {
        this.rules = rules;
        this.names = names;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        var found = names.addresses(host);
        var allowed = Arrays.stream(found).filter(rules::permits).toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new AddressRefused(host, found);
        }
        return allowed;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /// Finds the addresses of a host; a name server, outside of tests.
    @FunctionalInterface
    interface Names {

        /// All addresses of a host; at least one.
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /// A host has no address that may be connected to.
    static final class AddressRefused extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        AddressRefused(String host, InetAddress... found) {
            super(
                    "url: %s is at %s (expected: an address of the public internet, or of the"
                                    .formatted(
                                            host,
                                            Arrays.stream(found)
                                                    .map(InetAddress::getHostAddress)
                                                    .collect(Collectors.joining(", ")))
                            + " setting %s)".formatted(HttpRules.ADDRESSES_SETTING));
        }
    }
}
