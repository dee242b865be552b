package dev.millrace.site.config;

import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.embed.ModelChoice;
import dev.millrace.inference.kinds.http.AddressBlock;
import dev.millrace.inference.kinds.http.AllowedHost;
import dev.millrace.inference.kinds.http.HttpRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// All settings of a site, in the order in which people read of them.
final class Settings {

    static final Setting<Integer> PARTITIONS =
            new Setting<>(
                    "millrace.partitions",
                    "3",
                    Kind.number(1, 64),
                    "Partitions of each topic, fixed when the data folder is new.");

    static final Setting<Optional<BuiltInModel>> MODEL =
            new Setting<>(
                    ModelChoice.SETTING,
                    "",
                    Kind.model(),
                    "What texts are embedded with. If not set, the model of the vectors in the log;"
                            + " where there are none, `static-minilm`. Another than theirs is"
                            + " refused: vectors of two models cannot be compared.");

    static final Setting<String> INSTANCE =
            new Setting<>(
                    "millrace.instance",
                    "site",
                    Kind.instance(),
                    "Names a process among those of its role, the same after every start: each of"
                            + " two gateways, or of two workers, needs a name of its own.");

    static final Setting<Optional<Path>> IDENTITY_FOLDER =
            new Setting<>(
                    "millrace.identity.folder",
                    "",
                    Kind.path(),
                    "Where the site's key lies, if not in the data folder. All processes of a site"
                            + " have the same.");

    static final Setting<Optional<Path>> BLOBS_FOLDER =
            new Setting<>(
                    "millrace.blobs.folder",
                    "",
                    Kind.path(),
                    "Where large content lies, if not in the data folder. All processes of a site"
                            + " share it.");

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
                    "How long to wait for what became of a command, while nothing else is decided"
                            + " either, and three times as long at most; then the answer is 503.");

    static final Setting<Integer> GATEWAY_MAX_PENDING =
            new Setting<>(
                    "millrace.gateway.max-pending",
                    "10000",
                    Kind.number(1, 1_000_000),
                    "The most commands awaited at once, and the most ends of tasks; more are answered"
                            + " with 503, or without waiting.");

    static final Setting<Optional<Path>> GATEWAY_TOKEN_FILE =
            new Setting<>(
                    "millrace.gateway.token-file",
                    "",
                    Kind.path(),
                    "The file of the bearer token, if not `token` in the data folder. Gateways that"
                            + " stand for each other have the same.");

    static final Setting<List<URI>> VIEWS_URLS =
            new Setting<>(
                    "millrace.views.urls",
                    "",
                    Kind.urls(),
                    "Management addresses of processes that run `views`, for instance"
                            + " http://10.0.0.7:7071, for a gateway that does not.");

    static final Setting<Integer> VIEWS_STANDBYS =
            new Setting<>(
                    "millrace.views.standbys",
                    "1",
                    Kind.number(0, 2),
                    "Copies of each partition of the views that other processes of `views` keep, to"
                            + " take over from and to answer where stale answers are wanted.");

    static final Setting<List<URI>> SEARCH_URLS =
            new Setting<>(
                    "millrace.search.urls",
                    "",
                    Kind.urls(),
                    "Management addresses of processes that run `search`, for a gateway that does"
                            + " not.");

    static final Setting<String> MANAGEMENT_HOST =
            new Setting<>(
                    "millrace.management.host",
                    "127.0.0.1",
                    Kind.host(),
                    "The address that metrics, health and the site's other processes are served"
                            + " on.");

    static final Setting<Optional<String>> MANAGEMENT_ADVERTISED_HOST =
            new Setting<>(
                    "millrace.management.advertised-host",
                    "",
                    Kind.optional(Kind.host()),
                    "How the site's other processes reach that address, if by another name.");

    static final Setting<Integer> MANAGEMENT_PORT =
            new Setting<>(
                    "millrace.management.port",
                    "7071",
                    Kind.port(),
                    "The port beside it; 0 picks a free one.");

    static final Setting<Integer> DOCUMENTS_THREADS =
            new Setting<>(
                    "millrace.documents.threads",
                    "1",
                    Kind.number(1, 64),
                    "How many documents are cut into chunks at a time; each is held in memory.");

    static final Setting<Duration> TASKS_REQUEUE_AFTER =
            new Setting<>(
                    "millrace.tasks.requeue-after",
                    "1m",
                    Kind.time(Duration.ofSeconds(1), Duration.ofHours(1)),
                    "How long a task waits for a worker before it is queued once more, in case its"
                            + " place in the queue was lost; each further time takes twice as"
                            + " long.");

    static final Setting<List<AllowedHost>> TASKS_HTTP_ALLOWED_HOSTS =
            new Setting<>(
                    HttpRules.HOSTS_SETTING,
                    "",
                    Kind.allowedHosts(),
                    "What tasks of the kind `http` may call; if not set, nothing. Without a port"
                            + " that is 80 or 443, by the scheme.");

    static final Setting<List<AddressBlock>> TASKS_HTTP_ALLOWED_ADDRESSES =
            new Setting<>(
                    HttpRules.ADDRESSES_SETTING,
                    "",
                    Kind.addressBlocks(),
                    "At which addresses such a host may be, besides those of the public internet:"
                            + " your own network, if tasks are to reach it.");

    static final Setting<List<String>> KAFKA_BOOTSTRAP_SERVERS =
            new Setting<>(
                    "millrace.kafka.bootstrap-servers",
                    "",
                    Kind.addresses(),
                    "Where Kafka is, as host:port; if not set, the site has a broker of its own.");

    static final Setting<Optional<Path>> KAFKA_PROPERTIES =
            new Setting<>(
                    "millrace.kafka.properties",
                    "",
                    Kind.path(),
                    "A properties file of Kafka's clients with what Kafka asks of them: TLS and SASL"
                            + " (`security.protocol`, `sasl.…`, `ssl.…`).");

    static final Setting<Integer> KAFKA_REPLICATION_FACTOR =
            new Setting<>(
                    "millrace.kafka.replication-factor",
                    "3",
                    Kind.number(1, 9),
                    "Copies of each topic in such a Kafka; the site's own broker keeps one.");

    static final Setting<Duration> KAFKA_START_TIMEOUT =
            new Setting<>(
                    "millrace.kafka.start-timeout",
                    "1m",
                    Kind.time(Duration.ofSeconds(1), Duration.ofMinutes(60)),
                    "The longest wait at a start for Kafka and the Schema Registry, where they are"
                            + " other processes.");

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

    static final Setting<List<URI>> REGISTRY_URLS =
            new Setting<>(
                    "millrace.registry.urls",
                    "",
                    Kind.urls(),
                    "Where the Schema Registry is, and others that stand for it; if not set, the"
                            + " site has one of its own.");

    static final Setting<Integer> REGISTRY_PORT =
            new Setting<>(
                    "millrace.registry.port",
                    "0",
                    Kind.port(),
                    "The loopback port of the embedded Schema Registry; 0 picks a free one.");

    static final Setting<Duration> AUDIT_CHECKPOINT_EVERY =
            new Setting<>(
                    "millrace.audit.checkpoint-every",
                    "5s",
                    Kind.time(Duration.ofMillis(100), Duration.ofHours(1)),
                    "The shortest time between two signed checkpoints of the history; nothing is"
                            + " signed while nothing is written.");

    static final Setting<Integer> AUDIT_SCRUB_RATE =
            new Setting<>(
                    "millrace.audit.scrub-rate",
                    "1MiB",
                    Kind.bytes(1024, 1024 * 1024 * 1024),
                    "How many bytes a second the check of the log against the signed history reads at"
                            + " most, 200 for each record beside its own: a pass over a million"
                            + " records of 1 KiB takes 20 minutes.");

    static final Setting<Duration> AUDIT_SCRUB_EVERY =
            new Setting<>(
                    "millrace.audit.scrub-every",
                    "10m",
                    Kind.time(Duration.ofSeconds(1), Duration.ofDays(30)),
                    "The shortest time from the beginning of one pass of that check to that of the"
                            + " next.");

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
                    MODEL,
                    INSTANCE,
                    IDENTITY_FOLDER,
                    BLOBS_FOLDER,
                    GATEWAY_HOST,
                    GATEWAY_PORT,
                    GATEWAY_MAX_BODY_BYTES,
                    GATEWAY_ALLOWED_HOSTS,
                    GATEWAY_ALLOWED_ORIGINS,
                    GATEWAY_OUTCOME_TIMEOUT,
                    GATEWAY_MAX_PENDING,
                    GATEWAY_TOKEN_FILE,
                    VIEWS_URLS,
                    VIEWS_STANDBYS,
                    SEARCH_URLS,
                    MANAGEMENT_HOST,
                    MANAGEMENT_ADVERTISED_HOST,
                    MANAGEMENT_PORT,
                    DOCUMENTS_THREADS,
                    TASKS_REQUEUE_AFTER,
                    TASKS_HTTP_ALLOWED_HOSTS,
                    TASKS_HTTP_ALLOWED_ADDRESSES,
                    KAFKA_BOOTSTRAP_SERVERS,
                    KAFKA_PROPERTIES,
                    KAFKA_REPLICATION_FACTOR,
                    KAFKA_START_TIMEOUT,
                    BROKER_PORT,
                    BROKER_START_TIMEOUT,
                    BROKER_STOP_TIMEOUT,
                    REGISTRY_PORT,
                    REGISTRY_URLS,
                    AUDIT_CHECKPOINT_EVERY,
                    AUDIT_SCRUB_RATE,
                    AUDIT_SCRUB_EVERY,
                    DISK_RESERVE);

    private Settings() {}
}
