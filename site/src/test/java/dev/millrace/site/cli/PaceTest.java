package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class PaceTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void gapsAreAsLongAsTheyWereOverTheSpeed() throws Exception {
        var slept = new ArrayList<Duration>();
        var pace = new Pace(10, slept::add);

        pace.until(NOON);
        pace.until(NOON.plusMillis(50));
        pace.until(NOON.plusMillis(50));
        pace.until(NOON.plusMillis(20));
        pace.until(NOON.plusSeconds(10));

        assertThat(slept).containsExactly(Duration.ofMillis(5), Duration.ofMillis(998));
    }

    @Test
    void speedsAreFactors() {
        var speed = new Pace.Speed();
        assertThat(speed.convert("10x")).isEqualTo(10);
        assertThat(speed.convert("0.5")).isEqualTo(0.5);
        for (var none : new String[] {"", "x", "fast", "0x", "-1x", "1e9x", "NaN"}) {
            assertThatThrownBy(() -> speed.convert(none))
                    .isInstanceOf(TypeConversionException.class)
                    .hasMessageStartingWith(none);
        }
    }
}
