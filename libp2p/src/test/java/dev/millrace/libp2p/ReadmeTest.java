package dev.millrace.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.libp2p.address.Multiaddr;
import dev.millrace.libp2p.identity.Identity;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.record.NotAuthentic;
import dev.millrace.libp2p.record.PeerRecord;
import dev.millrace.libp2p.record.SignedEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The README's example is the code of this test, which compiles and runs.
class ReadmeTest {

    private static final InstantSource clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @Test
    void exampleWorks() throws NotAuthentic {
        // tag::example
        var identity = Identity.generate(new SecureRandom());
        var address = Multiaddr.parse("/dns4/broker.example.com/tcp/4001");

        // What this peer says of itself, for others to pass on.
        var record = PeerRecord.of(identity.peerId(), clock.millis(), List.of(address));
        Bytes sent = record.seal(identity).encode();

        // What another makes of it: NotAuthentic if it lies, MalformedInput if it is noise.
        var received = PeerRecord.open(SignedEnvelope.decode(sent));
        var whereTo = received.addresses().getFirst().withPeer(received.peer());
        var text = whereTo.toString(); // /dns4/broker.example.com/tcp/4001/p2p/12D3KooW...
        // end::example
        assertThat(text).isEqualTo(address + "/p2p/" + identity);
    }

    @Test
    void exampleIsThatOfTheReadme() throws IOException {
        var source = Files.readString(Path.of("src/test/java/dev/millrace/libp2p/ReadmeTest.java"));
        var example =
                between(source, "// tag::example\n", "        // end::example")
                        .lines()
                        .map(String::stripLeading)
                        .collect(Collectors.joining("\n"));

        assertThat(between(Files.readString(Path.of("README.md")), "```java\n", "\n```"))
                .isEqualTo(example);
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }
}
