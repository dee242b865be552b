package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The middle of some numbers.
class MedianTest {

    @Test
    void isTheMiddleOneOrTheMeanOfTheTwo() {
        assertThat(Median.of(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Median.of(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3);
        assertThat(Median.of(List.<Double>of())).isZero();
    }
}
