package dev.millrace.inference.kinds.http;

import dev.millrace.inference.work.WorkFailed;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/// What tasks of the kind `http` may call.
///
/// @param hosts none for nothing at all
/// @param addresses that may be connected to beside those of the public internet
public record HttpRules(List<AllowedHost> hosts, List<AddressBlock> addresses) {

    /// The setting that names the hosts.
    public static final String HOSTS_SETTING = "millrace.tasks.http.allowed-hosts";

    /// The setting that names the addresses.
    public static final String ADDRESSES_SETTING = "millrace.tasks.http.allowed-addresses";

    public HttpRules {
        hosts = List.copyOf(hosts);
        addresses = List.copyOf(addresses);
    }

    /// Refuses what may not be called.
    ///
    /// @param url of HTTP, with a host
    /// @throws WorkFailed `host_not_allowed` if it may not be called
    void check(URI url) throws WorkFailed {
        if (hosts.stream().noneMatch(allowed -> allowed.permits(url))) {
            throw WorkFailed.forGood(
                    "host_not_allowed",
                    "url: %s port %d (expected: a host of the setting %s, which %s)"
                            .formatted(
                                    AllowedHost.canonical(url.getHost()),
                                    AllowedHost.port(url),
                                    HOSTS_SETTING,
                                    hosts.isEmpty() ? "is empty" : "does not name it"));
        }
    }

    /// Whether an address may be connected to.
    boolean permits(InetAddress address) {
        return PublicAddresses.contain(address)
                || addresses.stream().anyMatch(block -> block.contains(address));
    }
}
