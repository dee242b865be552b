package dev.millrace.libp2p.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Ip6Test {

    /// Of RFC 5952, sections 1, 2 and 4 and 5, and RFC 4291, section 2.2.
    private static final Map<String, String> USUAL =
            Map.ofEntries(
                    Map.entry("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
                    Map.entry("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
                    Map.entry("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"),
                    Map.entry("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
                    Map.entry("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
                    Map.entry("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
                    Map.entry("2001:DB8::AAAA", "2001:db8::aaaa"),
                    Map.entry("FF01:0:0:0:0:0:0:101", "ff01::101"),
                    Map.entry("0:0:0:0:0:0:0:0", "::"),
                    Map.entry("::", "::"),
                    Map.entry("1::", "1::"),
                    Map.entry("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
                    Map.entry("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
                    Map.entry("::ffff:c000:201", "::ffff:192.0.2.1"),
                    Map.entry("0:0:0:0:0:FFFF:192.0.2.1", "::ffff:192.0.2.1"),
                    Map.entry("::13.1.68.3", "::d01:4403"),
                    Map.entry("64:ff9b::192.0.2.33", "64:ff9b::c000:221"));

    @Test
    void everyFormIsReadAndTheUsualOneIsWritten() {
        USUAL.forEach((text, usual) -> {
            assertThat(Ip6.print(Ip6.parse(text))).as(text).isEqualTo(usual);
            assertThat(Ip6.parse(usual)).as(text).isEqualTo(Ip6.parse(text));
        });
    }

    @Test
    void whatIsNoAddressIsRefused() {
        for (var text :
                new String[] {
                    "",
                    ":",
                    ":::",
                    "1",
                    "1:2:3:4:5:6:7",
                    "1:2:3:4:5:6:7:8:9",
                    "1:2:3:4:5:6:7:8::",
                    "::1:2:3:4:5:6:7:8",
                    "1::2::3",
                    "1:::2",
                    ":1:2:3:4:5:6:7:8",
                    "1:2:3:4:5:6:7:8:",
                    "::12345",
                    "::g",
                    "::-1",
                    "::1%eth0",
                    "[::1]",
                    "1.2.3.4::",
                    "1.2.3.4",
                    "::1.2.3.4:5",
                    "::1.2.3",
                    "::1.2.3.256",
                    "1:2:3:4:5:6:7:1.2.3.4",
                    "::\u0661",
                    "0".repeat(100)
                }) {
            assertThatExceptionOfType(MalformedInput.class)
                    .as(text)
                    .isThrownBy(() -> Ip6.parse(text));
        }
    }
}
