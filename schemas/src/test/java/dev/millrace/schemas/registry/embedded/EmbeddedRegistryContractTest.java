package dev.millrace.schemas.registry.embedded;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;

/// The embedded registry keeps the contract, its log in memory as the lines that Kafka would hold.
class EmbeddedRegistryContractTest extends RegistryContract {

    @Override
    RegistryUnderTest start() throws Exception {
        return new OnALogInMemory();
    }

    private static final class OnALogInMemory implements RegistryUnderTest {

        private MemoryRegistryLog log = new MemoryRegistryLog();
        private EmbeddedRegistry registry = started(log);

        private OnALogInMemory() throws Exception {}

        @Override
        public URI uri() {
            return registry.uri();
        }

        @Override
        public void restart() throws Exception {
            registry.close();
            log = log.reopened();
            registry = started(log);
        }

        @Override
        public Set<Difference> differences() {
            return EnumSet.of(Difference.LEVEL_AT_FIRST_IS_TRANSITIVE);
        }

        @Override
        public void close() {
            registry.close();
        }

        private static EmbeddedRegistry started(MemoryRegistryLog log) throws Exception {
            var registry =
                    new EmbeddedRegistry(
                            new RegistryConfig("127.0.0.1", 0), log, new SimpleMeterRegistry());
            registry.start();
            return registry;
        }
    }
}
