package dev.millrace.bench.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What is submitted: so many bytes, whatever the number, and the same for the same seed.
class PayloadTest {

    @Test
    void eachIsJsonOfItsSizeAndNumber() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            int bytes = random.nextInt(Payload.LEAST_BYTES, 3_000);
            int number = random.nextInt(0, Integer.MAX_VALUE);

            var payload = new Payload(bytes, seed).utf8(number);

            assertThat(payload).as("seed %d", seed).hasSize(bytes);
            assertThat(GatewayClient.JSON.readTree(payload).path("n").asInt())
                    .as("seed %d", seed)
                    .isEqualTo(number);
        }
    }

    @Test
    void theSameSeedMakesTheSame() {
        assertThat(new Payload(500, 7).utf8(42)).isEqualTo(new Payload(500, 7).utf8(42));
        assertThat(new Payload(500, 7).utf8(42)).isNotEqualTo(new Payload(500, 8).utf8(42));
    }

    @Test
    void oneThatIsTooSmallForANumberIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Payload(Payload.LEAST_BYTES - 1, 1))
                .withMessageContaining("payload: 39 bytes (expected: >= 40)");
    }
}
