package dev.millrace.site.outage;

import dev.millrace.schemas.topic.TopicProvisioner;
import dev.millrace.site.broker.BrokerConfig;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;

/// The broker of a site alone: `<folder> <port>`. Says `ready`, then stays until it is killed.
final class BrokerMain {

    private static final int PARTITIONS = 3;

    private BrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        var folder = DataFolder.open(Path.of(arguments[0]));
        var broker =
                EmbeddedBroker.start(
                        folder,
                        new BrokerConfig(port, Duration.ofMinutes(2), Duration.ofSeconds(15)));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            new TopicProvisioner(admin).provision(PARTITIONS, (short) 1);
        }
        System.out.println("ready " + broker.bootstrapServers());
        new CountDownLatch(1).await();
    }
}
