package dev.millrace.site.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaNotFound;
import dev.millrace.schemas.registry.SchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class FoundationModuleTest {

    private final Parts parts = new Parts(_ -> {}, Duration.ofMillis(200));
    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void aStartThatIsOverWaitsForTheRegistryNoLonger() {
        var serdes = new EventSerdes(new AwayStore());

        assertThatThrownBy(
                        () -> FoundationModule.registerAll(parts, serdes, Duration.ofSeconds(10)))
                .isInstanceOf(RegistryUnavailable.class);
        assertThat(tries).hasValue(3);
    }

    /// A registry that is away, and while it is asked for the third time another part fails.
    private final class AwayStore implements SchemaStore {

        @Override
        public int register(String subject, Schema schema) throws RegistryUnavailable {
            if (tries.incrementAndGet() == 3) {
                var _ = parts.failed("broker", new IOException("the port is taken"));
            }
            throw new RegistryUnavailable("away", null);
        }

        @Override
        public Schema byId(int id) throws SchemaNotFound {
            throw new SchemaNotFound("schema id: " + id + " (expected: none)", null);
        }
    }
}
