package dev.millrace.bench.site;

import dev.millrace.site.broker.BrokerConfig;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// A broker with the settings of a site's, in a process of its own with the JVM flags of this one,
/// and with whatever a program puts beside it. Ends when this process does, however that ends.
public final class BrokerProcess implements AutoCloseable {

    /// As many as each topic of a site on one machine has.
    public static final int PARTITIONS = 3;

    private static final String READY = "Broker ready: ";
    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);

    private final Process process;
    private final String bootstrapServers;

    private BrokerProcess(Process process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    /// Starts a broker alone.
    ///
    /// @param folder for its log; there and empty
    /// @param topics that it has from the beginning
    public static BrokerProcess start(Path folder, List<String> topics) throws IOException {
        return start(BrokerProcess.class, folder, topics);
    }

    /// Starts a program that calls [#serve] with its arguments.
    public static BrokerProcess start(Class<?> program, Path folder, List<String> topics)
            throws IOException {
        var messages = folder.resolve("broker-messages.txt");
        var process =
                JavaCommand.of(
                                List.of(),
                                program.getName(),
                                List.of(
                                        folder.resolve("data").toString(),
                                        String.join(",", topics)))
                        .redirectError(messages.toFile())
                        .start();
        var output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var line = output.readLine();
        if (line == null || !line.startsWith(READY)) {
            process.destroyForcibly();
            throw new IOException("the broker did not start: " + Files.readString(messages));
        }
        return new BrokerProcess(process, line.substring(READY.length()));
    }

    /// A broker alone.
    ///
    /// @param arguments a folder, and topics with commas between
    public static void main(String[] arguments) throws Exception {
        serve(arguments, _ -> () -> {});
    }

    /// Runs a broker in this process until the one that started it ends or says so.
    ///
    /// @param arguments as of [#main]
    /// @param beside starts what is to run beside it, and is closed first
    public static void serve(String[] arguments, Beside beside) throws Exception {
        var config = new BrokerConfig(0, LONGEST_START, LONGEST_STOP);
        try (var data = DataFolder.open(Path.of(arguments[0]));
                var broker = EmbeddedBroker.start(data, config)) {
            create(broker.bootstrapServers(), List.of(arguments[1].split(",", -1)));
            try (var _ = beside.start(broker.bootstrapServers())) {
                System.out.println(READY + broker.bootstrapServers());
                System.out.flush();
                while (System.in.read() >= 0) {
                    // Whoever started this says nothing; the end of its words is what counts.
                }
            }
        }
        System.exit(0);
    }

    private static void create(String bootstrapServers, List<String> topics)
            throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(
                            topics.stream()
                                    .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    /// Where clients connect: `host:port`.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (process.waitFor(2 * LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /// What runs in a broker's process.
    @FunctionalInterface
    public interface Beside {

        /// Starts it, with the address of the broker, and returns.
        Running start(String bootstrapServers);
    }

    /// Something that runs until it is closed.
    @FunctionalInterface
    public interface Running extends AutoCloseable {

        @Override
        void close();
    }
}
