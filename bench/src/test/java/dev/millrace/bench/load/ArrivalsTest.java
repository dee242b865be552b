package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Schedules of requests.
class ArrivalsTest {

    private static final Duration LENGTH = Duration.ofSeconds(100);

    @Test
    void theSameSeedGivesTheSameMoments() {
        assertThat(Arrivals.poisson(50, LENGTH, 7)).isEqualTo(Arrivals.poisson(50, LENGTH, 7));
        assertThat(Arrivals.poisson(50, LENGTH, 7)).isNotEqualTo(Arrivals.poisson(50, LENGTH, 8));
    }

    @Test
    void theyAreInOrderWithinTheTimeAndOfTheRate() {
        var moments = Arrivals.poisson(50, LENGTH, 7);

        assertThat(moments).isSorted();
        assertThat(moments[moments.length - 1]).isLessThan(LENGTH.toNanos());
        // Four standard deviations of a Poisson count with mean 5,000.
        assertThat((double) moments.length).isCloseTo(5_000, within(4 * Math.sqrt(5_000)));
    }

    @Test
    void theyAreNotEvenlySpaced() {
        var moments = Arrivals.poisson(50, LENGTH, 7);
        long mean = LENGTH.toNanos() / moments.length;
        long close = 0;
        for (int i = 1; i < moments.length; i++) {
            close += moments[i] - moments[i - 1] < mean / 2 ? 1 : 0;
        }

        // Of exponential gaps 39 % are shorter than half the mean.
        assertThat((double) close / moments.length).isCloseTo(0.39, within(0.03));
    }

    @Test
    void aRunThatIsTooLongIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arrivals.poisson(1e6, LENGTH, 1))
                .withMessageContaining("expected: at most");
        assertThatIllegalArgumentException().isThrownBy(() -> Arrivals.poisson(0, LENGTH, 1));
    }
}
