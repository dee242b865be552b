package dev.millrace.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.audit.Audit.Scope;
import dev.millrace.domain.audit.AuditUnavailable;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.audit.scrub.ScrubSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditApplicationTest {

    @TempDir private Path folder = Path.of(".");

    @Test
    void aRestoredHistorySignsNothingBeforeSomebodyDecides() throws Exception {
        Files.writeString(folder.resolve("restored"), "");
        try (var audit = application()) {
            audit.start();

            assertThat(audit.held()).contains("millrace audit continue", "millrace audit begin");
            assertThat(audit.isReady()).isFalse();
            assertThatThrownBy(() ->
                            audit.audit().bundle(new Scope.OfTime(Instant.MIN, Instant.MAX), null))
                    .isInstanceOf(AuditUnavailable.class);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("restored"));
        }
    }

    private AuditApplication application() throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new AuditApplication(
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1"),
                folder,
                folder.resolve("witnessed"),
                new AuditKeys(new OperatorKey("site.example/history", pair), List.of()),
                new AuditSettings(Duration.ofSeconds(1)),
                new ScrubSettings(1024, Duration.ofSeconds(1)),
                new EventSerdes(new InMemorySchemaStore()),
                new Site("12D3KooW", new UUID(1, 2)),
                InstantSource.system(),
                new SimpleMeterRegistry());
    }
}
