package dev.millrace.site.broker;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker that ran on a folder before, where it was killed.
///
/// Its controller still takes it for alive, and lets no other in until its session has ended: nine
/// seconds, by Kafka's default. But whoever holds the folder knows that it is dead. So a controller
/// alone, with a session of a moment, is started first: it fences the dead broker as it would have
/// done later, and writes that into the metadata log.
final class FormerBroker {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final long LOOK_MILLIS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(FormerBroker.class);

    private FormerBroker() {}

    /// Whether the last broker of a formatted folder did not stop in order.
    static boolean wasKilled(Path folder) {
        return Files.notExists(folder.resolve(".kafka_cleanshutdown"));
    }

    /// Ends the session of a killed broker.
    ///
    /// @return false if that did not succeed within three seconds; all it costs is the wait for the
    ///   session
    static boolean fence(Path folder, EmbeddedBroker.Ports ports) throws InterruptedException {
        var config = KafkaConfig.fromProps(BrokerSettings.ofControllerAlone(folder, ports), false);
        var controller = new KafkaRaftServer(config, Time.SYSTEM);
        try {
            controller.startup();
            awaitFenced();
            return true;
        } catch (RuntimeException failed) {
            LOG.atWarn()
                    .setMessage("the killed broker could not be fenced; its session ends by itself")
                    .setCause(failed)
                    .log();
            return false;
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
    }

    private static void awaitFenced() throws InterruptedException {
        var never = new CountDownLatch(1);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (brokers("Fenced") < 1 || brokers("Active") > 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("it was not fenced within " + PATIENCE);
            }
            var _ = never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// How many brokers the controller of this process counts in a state.
    private static int brokers(String state) {
        try {
            var name =
                    new ObjectName(
                            "kafka.controller:type=KafkaController,name=%sBrokerCount"
                                    .formatted(state));
            return (Integer) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Value");
        } catch (JMException notYet) {
            return 0;
        }
    }
}
