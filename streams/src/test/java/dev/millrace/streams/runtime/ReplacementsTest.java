package dev.millrace.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReplacementsTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Replacements replacements = new Replacements(3, Duration.ofMinutes(10), now::get);

    @Test
    void eachWaitsTwiceAsLongAndThenThereAreNoMore() {
        assertThat(replacements.afterFault()).isEqualTo(Duration.ofMillis(500));
        assertThat(replacements.afterFault()).isEqualTo(Duration.ofSeconds(1));
        assertThat(replacements.afterFault()).isEqualTo(Duration.ofSeconds(2));
        assertThat(replacements.afterFault()).isNull();
    }

    @Test
    void oneComesBackForEachThatIsTenMinutesOld() {
        replacements.afterFault();
        now.set(Instant.EPOCH.plusSeconds(60));
        replacements.afterFault();
        replacements.afterFault();

        now.set(Instant.EPOCH.plus(Duration.ofMinutes(10)));

        assertThat(replacements.afterFault()).isEqualTo(Duration.ofSeconds(2));
        assertThat(replacements.afterFault()).isNull();
    }

    @Test
    void anOutageIsWaitedForWithoutEndAndNeverLongerThanHalfAMinute() {
        var waited = Duration.ZERO;
        for (int i = 0; i < 10_000; i++) {
            var wait = replacements.afterOutage();
            assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofSeconds(30));
            waited = waited.plus(wait);
            now.set(Instant.EPOCH.plus(waited));
        }

        assertThat(waited).isGreaterThan(Duration.ofDays(3));
        assertThat(replacements.afterOutage()).isEqualTo(Duration.ofSeconds(30));
        assertThat(replacements.afterFault()).as("is counted apart").isNotNull();
    }

    @Test
    void afterQuietTheNextOutageIsANewOne() {
        assertThat(replacements.afterOutage()).isEqualTo(Duration.ofMillis(500));
        assertThat(replacements.afterOutage()).isEqualTo(Duration.ofSeconds(1));

        now.set(Instant.EPOCH.plusSeconds(61));

        assertThat(replacements.afterOutage()).isEqualTo(Duration.ofMillis(500));
    }
}
