package dev.millrace.inference.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.task.TaskProgress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTellerTest {

    private final List<TaskProgress> told = new ArrayList<>();
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private final ProgressTeller teller =
            new ProgressTeller(
                    told::add,
                    (action, millis) -> {
                        assertThat(millis).isEqualTo(1_000);
                        later.add(action);
                    });

    @Test
    void theFirstIsToldAtOnceAndOfTheOthersTheLastASecondLater() {
        teller.say(progress(0.1));
        teller.say(progress(0.2));
        teller.say(progress(0.3));
        assertThat(told).containsExactly(progress(0.1));

        aSecondPasses();
        assertThat(told).containsExactly(progress(0.1), progress(0.3));
        aSecondPasses();
        teller.say(progress(0.4));
        assertThat(told).containsExactly(progress(0.1), progress(0.3), progress(0.4));
    }

    @Test
    void nothingIsToldTwiceAndNothingIsScheduledWithoutNeed() {
        teller.say(progress(0.1));

        aSecondPasses();

        assertThat(told).hasSize(1);
        assertThat(later).isEmpty();
    }

    @Test
    void theLastIsToldAtTheEndAndNothingAfterIt() {
        teller.say(progress(0.1));
        teller.say(progress(0.2));
        teller.end();
        teller.say(progress(0.3));
        aSecondPasses();

        assertThat(told).containsExactly(progress(0.1), progress(0.2));
    }

    @Test
    void fractionsAreFromNoneToAll() {
        for (double fraction : new double[] {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException().isThrownBy(() -> progress(fraction));
        }
    }

    private void aSecondPasses() {
        later.remove().run();
    }

    private static TaskProgress progress(double fraction) {
        return new TaskProgress(Workplace.item(1, "{}").task(), 1, fraction, "");
    }
}
