package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RegistryConfigTest {

    @Test
    void aPortIsOneOfTcp() {
        assertThat(new RegistryConfig("127.0.0.1", 65_535).port()).isEqualTo(65_535);
        assertThatThrownBy(() -> new RegistryConfig("127.0.0.1", 65_536))
                .hasMessage("registry.port: 65536 (expected: 0..65535)");
    }

    @Test
    void itIsForThisMachineAlone() {
        assertThatThrownBy(() -> new RegistryConfig("0.0.0.0", 0))
                .hasMessage("registry.host: 0.0.0.0 (expected: a loopback address)");
    }
}
