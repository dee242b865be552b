package dev.millrace.site.config;

import java.time.Duration;
import java.util.List;

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

    static final Setting<Integer> GATEWAY_MAX_DOCUMENT_BYTES =
            new Setting<>(
                    "millrace.gateway.max-document-bytes",
                    "16MiB",
                    Kind.bytes(1024, 16 * 1024 * 1024),
                    "The largest document taken in, in bytes of UTF-8; larger ones are refused.");

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

    static final List<Setting<?>> ALL =
            List.of(
                    PARTITIONS,
                    GATEWAY_HOST,
                    GATEWAY_PORT,
                    GATEWAY_MAX_DOCUMENT_BYTES,
                    BROKER_PORT,
                    BROKER_START_TIMEOUT,
                    BROKER_STOP_TIMEOUT,
                    REGISTRY_PORT);

    private Settings() {}
}
