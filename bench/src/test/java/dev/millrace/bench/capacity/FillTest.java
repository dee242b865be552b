package dev.millrace.bench.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/// How fast tasks came to be, by tenth of the way.
class FillTest {

    @Test
    void aFillThatSlowsDownShowsIt() {
        var progress = new ArrayList<Fill.Progress>();
        double seconds = 0;
        for (int accepted = 10; accepted <= 1_000; accepted += 10) {
            seconds += accepted <= 500 ? 0.1 : 0.2;
            progress.add(new Fill.Progress(seconds, accepted));
        }
        var fill = new Fill(1_000, seconds, 0, 0, progress);

        var rates = fill.perSecondByTenth();

        assertThat(rates).hasSize(10);
        assertThat(rates.subList(0, 5))
                .allSatisfy(rate -> assertThat(rate).isCloseTo(100, Percentage.withPercentage(1)));
        assertThat(rates.subList(5, 10))
                .allSatisfy(rate -> assertThat(rate).isCloseTo(50, Percentage.withPercentage(1)));
        assertThat(fill.perSecond()).isCloseTo(1_000 / 15.0, Percentage.withPercentage(1));
    }

    @Test
    void aSingleBatchIsAllInItsFirstTenth() {
        var fill = new Fill(100, 2, 0, 0, List.of(new Fill.Progress(2, 100)));

        assertThat(fill.perSecondByTenth()).startsWith(50.0, 0.0).endsWith(0.0);
    }
}
