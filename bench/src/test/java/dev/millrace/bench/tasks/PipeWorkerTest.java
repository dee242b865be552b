package dev.millrace.bench.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// The way of a task through the bare pipe.
class PipeWorkerTest {

    @Test
    void aTaskOfThreeStepsIsPassedOnTwiceAndThenIsAResult() {
        var topics = new ArrayList<String>();
        for (int left = 3; left > 0; left--) {
            var next = PipeWorker.after(7, left);

            assertThat(next.key()).isEqualTo(7);
            assertThat(next.value()).isEqualTo(left - 1);
            topics.add(next.topic());
        }

        assertThat(topics)
                .containsExactly(PipeClients.STEPS, PipeClients.STEPS, PipeClients.RESULTS);
    }

    @Test
    void numbersTakeTurnsAmongThePartitions() {
        var partitions = new ArrayList<Integer>();
        for (int number = -1; number < 4; number++) {
            partitions.add(PipeClients.partition(number));
        }

        assertThat(partitions).containsExactly(2, 0, 1, 2, 0);
    }
}
