package dev.millrace.site.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.kinds.http.AddressBlock;
import dev.millrace.inference.kinds.http.AllowedHost;
import dev.millrace.inference.kinds.http.HttpRules;
import dev.millrace.site.broker.BrokerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

    private static final Map<String, String> NONE = Map.of();

    @TempDir Path data;

    @Test
    void everySettingHasTheseNamesAndStandards() {
        assertThat(
                        Settings.ALL.stream()
                                .map(setting -> setting.name() + "=" + setting.standard())
                                .collect(Collectors.joining("\n", "", "\n")))
                .isEqualTo(
                        """
                        millrace.partitions=3
                        millrace.model=
                        millrace.instance=site
                        millrace.identity.folder=
                        millrace.blobs.folder=
                        millrace.gateway.host=127.0.0.1
                        millrace.gateway.port=7070
                        millrace.gateway.max-body-bytes=33MiB
                        millrace.gateway.allowed-hosts=
                        millrace.gateway.allowed-origins=
                        millrace.gateway.outcome-timeout=10s
                        millrace.gateway.max-pending=10000
                        millrace.gateway.token-file=
                        millrace.views.urls=
                        millrace.views.standbys=1
                        millrace.search.urls=
                        millrace.management.host=127.0.0.1
                        millrace.management.advertised-host=
                        millrace.management.port=7071
                        millrace.documents.threads=1
                        millrace.tasks.requeue-after=1m
                        millrace.tasks.http.allowed-hosts=
                        millrace.tasks.http.allowed-addresses=
                        millrace.kafka.bootstrap-servers=
                        millrace.kafka.properties=
                        millrace.kafka.replication-factor=3
                        millrace.kafka.start-timeout=1m
                        millrace.broker.port=0
                        millrace.broker.start-timeout=2m
                        millrace.broker.stop-timeout=15s
                        millrace.registry.port=0
                        millrace.registry.urls=
                        millrace.audit.checkpoint-every=5s
                        millrace.audit.scrub-rate=1MiB
                        millrace.audit.scrub-every=10m
                        millrace.disk.reserve=1024MiB
                        """);
    }

    @Test
    void whatNobodySetsIsBuiltIn() throws Exception {
        assertThat(ConfigReader.read(data, null, NONE, NONE))
                .isEqualTo(
                        new SiteConfig(
                                data,
                                3,
                                Optional.empty(),
                                "site",
                                new SiteConfig.Shared(Optional.empty(), Optional.empty()),
                                new SiteConfig.Kafka(List.of(), Map.of(), 3, Duration.ofMinutes(1)),
                                new BrokerConfig(0, Duration.ofMinutes(2), Duration.ofSeconds(15)),
                                new SiteConfig.Registry(0, List.of()),
                                new SiteConfig.Gateway(
                                        "127.0.0.1",
                                        7070,
                                        33 * 1024 * 1024,
                                        Set.of(),
                                        Set.of(),
                                        Duration.ofSeconds(10),
                                        10_000,
                                        Optional.empty()),
                                new SiteConfig.Peers(List.of(), List.of()),
                                new SiteConfig.Management("127.0.0.1", "127.0.0.1", 7071),
                                new SiteConfig.Views(1),
                                new SiteConfig.Documents(1),
                                new SiteConfig.Tasks(
                                        Duration.ofMinutes(1), new HttpRules(List.of(), List.of())),
                                new SiteConfig.Audit(
                                        Duration.ofSeconds(5), 1 << 20, Duration.ofMinutes(10)),
                                new SiteConfig.Disk(1L << 30)));
    }

    @Test
    void whatTasksMayCallIsReadFromTwoSettings() throws Exception {
        var config =
                ConfigReader.read(
                        data,
                        null,
                        NONE,
                        Map.of(
                                "millrace.tasks.http.allowed-hosts",
                                "api.example.com, *.example.org:8443",
                                "millrace.tasks.http.allowed-addresses",
                                "10.1.0.0/16"));

        assertThat(config.tasks().http())
                .isEqualTo(
                        new HttpRules(
                                List.of(
                                        new AllowedHost("api.example.com", false, -1),
                                        new AllowedHost("example.org", true, 8443)),
                                List.of(AddressBlock.parse("10.1.0.0/16"))));
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws Exception {
        Files.writeString(
                data.resolve("millrace.properties"),
                """
                millrace.partitions = 5
                millrace.gateway.port = 1
                millrace.broker.port = 1
                """);

        var config =
                ConfigReader.read(
                        data,
                        null,
                        Map.of("MILLRACE_GATEWAY_PORT", "2", "MILLRACE_BROKER_PORT", "2"),
                        Map.of("millrace.broker.port", "3"));

        assertThat(config.partitions()).isEqualTo(5);
        assertThat(config.gateway().port()).isEqualTo(2);
        assertThat(config.broker().port()).isEqualTo(3);
    }

    @Test
    void aNamedFileStandsInForTheOneInTheDataFolder() throws Exception {
        Files.writeString(data.resolve("millrace.properties"), "millrace.partitions=5\n");
        var other = Files.writeString(data.resolve("other"), "millrace.gateway.port=0\n");

        var config = ConfigReader.read(data, other, NONE, NONE);

        assertThat(config.partitions()).isEqualTo(3);
        assertThat(config.gateway().port()).isZero();
    }

    @Test
    void aModelIsNamedAsItIsInTheLog() throws Exception {
        var named = Map.of("millrace.model", "hashed-ngrams");

        assertThat(ConfigReader.read(data, null, NONE, named).model())
                .contains(BuiltInModel.HASHED_NGRAMS);
        assertThat(faults(null, NONE, Map.of("millrace.model", "minilm")))
                .containsExactly(
                        "model: minilm (expected: hashed-ngrams or static-minilm), set in the command line");
    }

    @Test
    void allFaultsAreToldAtOnce() throws Exception {
        var file =
                Files.writeString(
                        data.resolve("millrace.properties"),
                        """
                        millrace.gateway.prot=1
                        gateway.port=1
                        colour=blue
                        millrace.broker.stop-timeout=9
                        millrace.gateway.max-body-bytes=257MiB
                        millrace.registry.port=
                        """);

        assertThat(
                        faults(
                                null,
                                Map.of(
                                        "MILLRACE_GATEWAY_PORTS", "2",
                                        "MILLRACE_JAVA_HOME", "/opt/jdk",
                                        "MILLRACE_PARTITIONS", "many"),
                                Map.of("millrace.gateway.port", "70000")))
                .containsExactlyInAnyOrder(
                        "millrace.gateway.prot: unknown, set in %s (did you mean millrace.gateway.port?)"
                                .formatted(file),
                        "gateway.port: unknown, set in %s (did you mean millrace.gateway.port?)"
                                .formatted(file),
                        "colour: unknown, set in %s (expected: a name of docs/configuration.md)"
                                .formatted(file),
                        "MILLRACE_GATEWAY_PORTS: unknown, set in the environment (did you mean MILLRACE_GATEWAY_PORT?)",
                        "gateway.port: 70000 (expected: 0..65535), set in the command line",
                        "partitions: many (expected: 1..64), set in the environment",
                        "broker.stop-timeout: 9 (expected: 1s..10m), set in %s".formatted(file),
                        "registry.port: empty (expected: 0..65535), set in %s".formatted(file),
                        "gateway.max-body-bytes: 257MiB (expected: 1024..268435456 bytes, for instance 16MiB), set in %s"
                                .formatted(file));
    }

    @Test
    void aNamedFileThatIsNotThereIsAFault() {
        assertThat(faults(data.resolve("nowhere"), NONE, NONE))
                .singleElement()
                .asString()
                .contains("nowhere: cannot be read");
    }

    @Test
    void kafkasOwnFileIsTakenWithoutWhatTheSiteDecides() throws Exception {
        var client =
                Files.writeString(
                        data.resolve("client.properties"),
                        """
                        security.protocol=SASL_SSL
                        sasl.jaas.config=secret
                        group.id=mine
                        """);
        var flags = Map.of("millrace.kafka.properties", client.toString());

        assertThat(faults(null, NONE, flags))
                .singleElement()
                .asString()
                .startsWith("kafka.properties: group.id in " + client)
                .doesNotContain("secret");
        Files.writeString(client, "security.protocol=SASL_SSL\nsasl.jaas.config=secret\n");

        var config = ConfigReader.read(data, null, NONE, flags);

        assertThat(config.kafka().client())
                .isEqualTo(Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", "secret"));
        assertThat(config.toString()).doesNotContain("secret");
    }

    @Test
    void addressesAreListsOfHostAndPort() {
        assertThat(
                        faults(
                                null,
                                NONE,
                                Map.of(
                                        "millrace.kafka.bootstrap-servers", "kafka",
                                        "millrace.registry.urls", "registry:8081",
                                        "millrace.instance", "Worker 1")))
                .containsExactlyInAnyOrder(
                        "kafka.bootstrap-servers: kafka (expected: host:port, separated by commas), set in the command line",
                        "registry.urls: registry:8081 (expected: http://host:port without user and password, separated by commas), set in the command line",
                        "instance: Worker 1 (expected: 1 to 64 of a-z, 0-9, - and .), set in the command line");
    }

    @Test
    void passwordInAnAddressIsRefusedAndNotRepeated() {
        assertThat(
                        faults(
                                null,
                                NONE,
                                Map.of(
                                        "millrace.registry.urls",
                                                "http://one:8081,http://user:secret@two:8081",
                                        "millrace.views.urls", "https://user:se/cret@views",
                                        "millrace.search.urls", "http://secret@search:7071",
                                        "millrace.kafka.bootstrap-servers",
                                                "user:secret@kafka:9092")))
                .containsExactlyInAnyOrder(
                        "registry.urls: *** (expected: http://host:port without user and password, separated by commas), set in the command line",
                        "views.urls: *** (expected: http://host:port without user and password, separated by commas), set in the command line",
                        "search.urls: *** (expected: http://host:port without user and password, separated by commas), set in the command line",
                        "kafka.bootstrap-servers: *** (expected: host:port, separated by commas), set in the command line");
    }

    private List<String> faults(
            @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        var invalid =
                catchThrowableOfType(
                        InvalidConfig.class,
                        () -> ConfigReader.read(data, file, environment, flags));
        return invalid.faults();
    }
}
