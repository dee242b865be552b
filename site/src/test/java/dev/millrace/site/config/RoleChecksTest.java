package dev.millrace.site.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.site.role.Role;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleChecksTest {

    @TempDir private Path data = Path.of(".");

    @Test
    void wholeSiteNeedsToBeToldNothing() throws Exception {
        var config = config(Map.of());

        assertThatCode(() -> RoleChecks.check(config, Role.ALL)).doesNotThrowAnyException();
    }

    @Test
    void lonelyGatewayIsToldAllThatItLacksAtOnce() throws Exception {
        var config = config(Map.of());

        var invalid =
                catchThrowableOfType(
                        InvalidConfig.class, () -> RoleChecks.check(config, Set.of(Role.GATEWAY)));

        assertThat(invalid.faults())
                .extracting(fault -> fault.split(":", 2)[0])
                .containsExactly(
                        "kafka.bootstrap-servers", "registry.urls", "views.urls", "search.urls");
    }

    @Test
    void aBrokerNeedsNobody() throws Exception {
        var config = config(Map.of());

        assertThatCode(() -> RoleChecks.check(config, Set.of(Role.BROKER)))
                .doesNotThrowAnyException();
    }

    @Test
    void portsOfTheSameMachineWillDo() throws Exception {
        var config =
                config(
                        Map.of(
                                "millrace.broker.port", "9092",
                                "millrace.registry.port", "8081"));

        assertThatCode(() -> RoleChecks.check(config, Set.of(Role.DECIDE)))
                .doesNotThrowAnyException();
    }

    @Test
    void viewsThatOthersCannotReachAreRefused() throws Exception {
        var config =
                config(
                        Map.of(
                                "millrace.kafka.bootstrap-servers", "kafka:9092",
                                "millrace.registry.urls", "http://registry:8081",
                                "millrace.management.host", "0.0.0.0"));

        var invalid =
                catchThrowableOfType(
                        InvalidConfig.class, () -> RoleChecks.check(config, Set.of(Role.VIEWS)));

        assertThat(invalid).hasMessageContaining("management.advertised-host: 0.0.0.0");
    }

    @Test
    void soAreThoseBesideABrokerWhichOthersMayShare() throws Exception {
        var config = config(Map.of("millrace.management.host", "0.0.0.0"));

        var invalid =
                catchThrowableOfType(
                        InvalidConfig.class,
                        () ->
                                RoleChecks.check(
                                        config, Set.of(Role.BROKER, Role.REGISTRY, Role.VIEWS)));

        assertThat(invalid).hasMessageContaining("management.advertised-host: 0.0.0.0");
        assertThatCode(() -> RoleChecks.check(config, Role.ALL)).doesNotThrowAnyException();
    }

    private SiteConfig config(Map<String, String> flags) throws InvalidConfig {
        return ConfigReader.read(data, null, Map.of(), flags);
    }
}
