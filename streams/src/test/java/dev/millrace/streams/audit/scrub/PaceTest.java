package dev.millrace.streams.audit.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

    @Test
    void whatWasSpentIsWaitedFor() {
        var pace = new Pace(1_000, now::get);

        assertThat(pace.left()).isZero();
        pace.spend(500);
        pace.spend(250);
        assertThat(pace.left()).isEqualTo(Duration.ofMillis(750));
        now.addAndGet(Duration.ofMillis(700).toNanos());
        assertThat(pace.left()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void whatWasNotUsedIsNotSavedUp() {
        var pace = new Pace(1_000, now::get);
        now.addAndGet(Duration.ofMinutes(1).toNanos());

        pace.spend(1_000);

        assertThat(pace.left()).isEqualTo(Duration.ofSeconds(1));
    }
}
