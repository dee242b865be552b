package dev.millrace.site.outage;

import dev.millrace.schemas.registry.embedded.EmbeddedRegistry;
import dev.millrace.schemas.registry.embedded.RegistryConfig;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// The registry of a site alone: `<broker> <port>`. Says `ready`, then stays until it is killed.
final class RegistryMain {

    private RegistryMain() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        var registry =
                new EmbeddedRegistry(
                        new RegistryConfig("127.0.0.1", port),
                        Map.of("bootstrap.servers", arguments[0]));
        registry.start();
        System.out.println("ready " + registry.uri());
        new CountDownLatch(1).await();
    }
}
