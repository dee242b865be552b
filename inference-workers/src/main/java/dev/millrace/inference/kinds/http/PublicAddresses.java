package dev.millrace.inference.kinds.http;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/// Which addresses are of the public internet, by IANA's registries of special-purpose addresses.
///
/// Of IPv4 that is all but what is set aside; of IPv6 only global unicast (2000::/3), less what is
/// set aside in it. So an address of IPv4 that is wrapped into one of IPv6 (mapped, translated,
/// 6to4, Teredo) is not public, whatever is wrapped.
final class PublicAddresses {

    private static final List<AddressBlock> SET_ASIDE =
            Stream.of(
                            "0.0.0.0/8", // this network
                            "10.0.0.0/8", // private
                            "100.64.0.0/10", // shared by customers of a carrier
                            "127.0.0.0/8", // loopback
                            "169.254.0.0/16", // link-local, where clouds tell their secrets
                            "172.16.0.0/12", // private
                            "192.0.0.0/24", // protocols
                            "192.0.2.0/24", // documentation
                            "192.88.99.0/24", // 6to4 relays
                            "192.168.0.0/16", // private
                            "198.18.0.0/15", // measuring
                            "198.51.100.0/24", // documentation
                            "203.0.113.0/24", // documentation
                            "224.0.0.0/4", // multicast
                            "240.0.0.0/4", // reserved, and broadcast
                            "2001::/23", // protocols, Teredo among them
                            "2001:db8::/32", // documentation
                            "2002::/16", // 6to4
                            "3fff::/20") // documentation
                    .map(AddressBlock::parse)
                    .toList();

    private static final AddressBlock GLOBAL_UNICAST = AddressBlock.parse("2000::/3");
    private static final int IPV4_BYTES = 4;

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        return (address.getAddress().length == IPV4_BYTES || GLOBAL_UNICAST.contains(address))
                && SET_ASIDE.stream().noneMatch(block -> block.contains(address));
    }
}
