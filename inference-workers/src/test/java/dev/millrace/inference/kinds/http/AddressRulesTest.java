package dev.millrace.inference.kinds.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressRulesTest {

    private static final HttpRules NO_FURTHER = new HttpRules(List.of(), List.of());

    @Test
    void whatIsSetAsideIsNotConnectedTo() {
        for (var address :
                List.of(
                        "0.0.0.0",
                        "10.0.0.1",
                        "100.64.0.1",
                        "127.0.0.1",
                        "127.255.255.255",
                        "169.254.169.254",
                        "172.16.0.1",
                        "172.31.255.255",
                        "192.0.0.1",
                        "192.168.1.1",
                        "198.18.0.1",
                        "224.0.0.1",
                        "255.255.255.255",
                        "::",
                        "::1",
                        "::ffff:10.0.0.1",
                        "64:ff9b::a00:1",
                        "2001:0:1::1",
                        "2001:db8::1",
                        "2002:a00:1::1",
                        "fc00::1",
                        "fd12:3456::1",
                        "fe80::1",
                        "fec0::1",
                        "ff02::1")) {
            assertThat(NO_FURTHER.permits(InetAddress.ofLiteral(address))).as(address).isFalse();
        }
    }

    @Test
    void anAddressOfIpv4ThatIsMappedIntoIpv6IsNotConnectedTo() throws Exception {
        var mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = mapped[13] = mapped[14] = mapped[15] = 8;

        assertThat(NO_FURTHER.permits(java.net.Inet6Address.getByAddress(null, mapped, 0)))
                .isFalse();
    }

    @Test
    void thePublicInternetIsConnectedTo() {
        for (var address :
                List.of(
                        "1.1.1.1",
                        "9.255.255.255",
                        "11.0.0.0",
                        "100.63.255.255",
                        "100.128.0.0",
                        "172.15.255.255",
                        "172.32.0.0",
                        "223.255.255.255",
                        "2606:4700:4700::1111",
                        "2a00::1")) {
            assertThat(NO_FURTHER.permits(InetAddress.ofLiteral(address))).as(address).isTrue();
        }
    }

    @Test
    void theSettingNamesFurtherAddresses() {
        var rules =
                new HttpRules(
                        List.of(),
                        List.of(AddressBlock.parse("10.1.0.0/16"), AddressBlock.parse("::1")));

        assertThat(rules.permits(InetAddress.ofLiteral("10.1.255.255"))).isTrue();
        assertThat(rules.permits(InetAddress.ofLiteral("10.2.0.0"))).isFalse();
        assertThat(rules.permits(InetAddress.ofLiteral("::1"))).isTrue();
        assertThat(rules.permits(InetAddress.ofLiteral("::2"))).isFalse();
    }

    @Test
    void blocksThatAreNoneAreRefused() {
        for (var text :
                List.of(
                        "",
                        "10.0.0.1/8",
                        "10.0.0.0/33",
                        "::/129",
                        "10.0.0.0/-1",
                        "localhost",
                        "1.2.3/8")) {
            assertThatThrownBy(() -> AddressBlock.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void hostsMatchByNameAndPort() {
        assertThat(permits("api.example.com", "https://api.example.com/x")).isTrue();
        assertThat(permits("api.example.com", "https://API.Example.com./x")).isTrue();
        assertThat(permits("api.example.com", "http://api.example.com:80/")).isTrue();
        assertThat(permits("api.example.com", "http://api.example.com:8080/")).isFalse();
        assertThat(permits("api.example.com", "https://api.example.com:80/")).isFalse();
        assertThat(permits("api.example.com", "https://api.example.com.evil.net/")).isFalse();
        assertThat(permits("api.example.com:8080", "http://api.example.com:8080/")).isTrue();
        assertThat(permits("api.example.com:8080", "http://api.example.com/")).isFalse();
        assertThat(permits("*.example.com", "https://a.b.example.com/")).isTrue();
        assertThat(permits("*.example.com", "https://example.com/")).isFalse();
        assertThat(permits("*.example.com", "https://badexample.com/")).isFalse();
        assertThat(permits("[::1]:9", "http://[0:0:0:0:0:0:0:1]:9/")).isTrue();
    }

    private static boolean permits(String entry, String url) {
        return AllowedHost.parse(entry).permits(HttpUrl.checked(URI.create(url)));
    }

    @Test
    void hostsAreWrittenAsTheyAreRead() {
        for (var text : List.of("a.b", "a.b:1", "*.a.b", "*.a:65535", "127.0.0.1:80")) {
            assertThat(AllowedHost.parse(text)).hasToString(text);
        }
        for (var text :
                List.of(
                        "",
                        "*",
                        "a b",
                        "a:0",
                        "a:65536",
                        "*.[::1]",
                        "[zz]",
                        "http://a",
                        "a/b",
                        "a.")) {
            assertThatThrownBy(() -> AllowedHost.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void addressesThatCannotBeCalledAreRefused() {
        for (var text :
                List.of(
                        "ftp://a/",
                        "file:///etc/passwd",
                        "//a/",
                        "http:///x",
                        "http://user:secret@a/",
                        "http://a:0/",
                        "http://a:70000/",
                        "http://2130706433/",
                        "http://0x7f.1/",
                        "http://[fe80::1%25eth0]/",
                        "http://a/" + "x".repeat(9000))) {
            assertThatThrownBy(() -> HttpUrl.checked(URI.create(text)))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(HttpUrl.checked(URI.create("HTTP://a?q=ü#part")))
                .isEqualTo(URI.create("http://a/?q=%C3%BC"));
    }
}
