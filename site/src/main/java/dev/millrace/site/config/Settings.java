package dev.millrace.site.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/// All settings of a site, in the order in which people read of them.
final class Settings {

    static final Setting<Integer> PARTITIONS =
            new Setting<>(
                    "millrace.partitions",
                    "3",
                    Kind.number(1, 64),
                    "Partitions of each topic, fixed when the data folder is new.");

    static final Setting<String> GATEWAY_HOST =
            new Setting<>(
                    "millrace.gateway.host",
                    "127.0.0.1",
                    Kind.host(),
                    "The address that the HTTP gateway listens on.");

    static final Setting<Integer> GATEWAY_PORT =
            new Setting<>(
                    "millrace.gateway.port",
                    "7070",
                    Kind.port(),
                    "The port that the HTTP gateway listens on; 0 picks a free one.");

    static final Setting<Integer> GATEWAY_MAX_BODY_BYTES =
            new Setting<>(
                    "millrace.gateway.max-body-bytes",
                    "33MiB",
                    Kind.bytes(1024, 256 * 1024 * 1024),
                    "The largest request body taken. A document holds at most 16 MiB of text, which"
                            + " may take up twice as much in JSON.");

    static final Setting<Set<String>> GATEWAY_ALLOWED_HOSTS =
            new Setting<>(
                    "millrace.gateway.allowed-hosts",
                    "",
                    Kind.names(),
                    "Further values of the Host header taken, besides those of this machine.");

    static final Setting<Set<String>> GATEWAY_ALLOWED_ORIGINS =
            new Setting<>(
                    "millrace.gateway.allowed-origins",
                    "",
                    Kind.names(),
                    "Further values of the Origin header taken, besides the gateway's own.");

    static final Setting<Duration> GATEWAY_OUTCOME_TIMEOUT =
            new Setting<>(
                    "millrace.gateway.outcome-timeout",
                    "10s",
                    Kind.time(Duration.ofMillis(100), Duration.ofMinutes(1)),
                    "The longest wait for what became of a command; then the answer is 503.");

    static final Setting<Integer> GATEWAY_MAX_PENDING =
            new Setting<>(
                    "millrace.gateway.max-pending",
                    "10000",
                    Kind.number(1, 1_000_000),
                    "The most commands awaited at once; more are answered with 503.");

    static final Setting<Integer> DOCUMENTS_THREADS =
            new Setting<>(
                    "millrace.documents.threads",
                    "1",
                    Kind.number(1, 64),
                    "How many documents are cut into chunks at a time; each is held in memory.");

    static final Setting<Integer> BROKER_PORT =
            new Setting<>(
                    "millrace.broker.port",
                    "0",
                    Kind.port(),
                    "The loopback port of the embedded Kafka broker; 0 picks a free one. Set it if"
                            + " programs publish straight into Kafka.");

    static final Setting<Duration> BROKER_START_TIMEOUT =
            new Setting<>(
                    "millrace.broker.start-timeout",
                    "2m",
                    Kind.time(Duration.ofSeconds(5), Duration.ofMinutes(60)),
                    "The longest wait for the broker; recovering a large log after a crash takes"
                            + " time.");

    static final Setting<Duration> BROKER_STOP_TIMEOUT =
            new Setting<>(
                    "millrace.broker.stop-timeout",
                    "15s",
                    Kind.time(Duration.ofSeconds(1), Duration.ofMinutes(10)),
                    "The longest wait for the broker to stop in order.");

    static final Setting<Integer> REGISTRY_PORT =
            new Setting<>(
                    "millrace.registry.port",
                    "0",
                    Kind.port(),
                    "The loopback port of the embedded Schema Registry; 0 picks a free one.");

    static final Setting<Integer> DISK_RESERVE =
            new Setting<>(
                    "millrace.disk.reserve",
                    "1024MiB",
                    Kind.bytes(64 * 1024 * 1024, Integer.MAX_VALUE),
                    "What is kept free on the disk of the data folder, beside the size of the index"
                            + " and the views. With less, writes are refused and reads go on.");

    static final List<Setting<?>> ALL =
            List.of(
                    PARTITIONS,
                    GATEWAY_HOST,
                    GATEWAY_PORT,
                    GATEWAY_MAX_BODY_BYTES,
                    GATEWAY_ALLOWED_HOSTS,
                    GATEWAY_ALLOWED_ORIGINS,
                    GATEWAY_OUTCOME_TIMEOUT,
                    GATEWAY_MAX_PENDING,
                    DOCUMENTS_THREADS,
                    BROKER_PORT,
                    BROKER_START_TIMEOUT,
                    BROKER_STOP_TIMEOUT,
                    REGISTRY_PORT,
                    DISK_RESERVE);

    private Settings() {}
}
