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
        assertThat(replacements.next()).isEqualTo(Duration.ofMillis(500));
        assertThat(replacements.next()).isEqualTo(Duration.ofSeconds(1));
        assertThat(replacements.next()).isEqualTo(Duration.ofSeconds(2));
        assertThat(replacements.next()).isNull();
    }

    @Test
    void oneComesBackForEachThatIsTenMinutesOld() {
        replacements.next();
        now.set(Instant.EPOCH.plusSeconds(60));
        replacements.next();
        replacements.next();

        now.set(Instant.EPOCH.plus(Duration.ofMinutes(10)));

        assertThat(replacements.next()).isEqualTo(Duration.ofSeconds(2));
        assertThat(replacements.next()).isNull();
    }
}
