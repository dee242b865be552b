package dev.millrace.inference.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.WorkItem;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HoldingsTest {

    private static final WorkItem ITEM = Workplace.item(1, "{}");

    private final Workplace place = new Workplace();
    private final Holdings holdings = place.holdings;

    @AfterEach
    void close() {
        place.close();
    }

    @Test
    void anAttemptIsInHandOnce() {
        var held = place.take(ITEM);

        assertThat(holdings.take(new Held(Workplace.envelope(ITEM), ITEM, place.blobs))).isFalse();
        holdings.drop(held, false);
        assertThat(holdings.isEmpty()).isTrue();
        assertThat(holdings.isSpent(ITEM)).isFalse();
        holdings.drop(place.take(ITEM), true);
        assertThat(holdings.isSpent(ITEM)).isTrue();
    }

    @Test
    void whatIsGrantedToAnotherIsNotOurs() {
        var held = place.take(ITEM);

        holdings.hear(new TaskSignal.Granted(ITEM.task(), 1, "worker-b"));
        holdings.hear(new TaskSignal.Granted(ITEM.task(), 2, Workplace.WORKER));
        assertThat(held.isGranted()).isFalse();
        holdings.hear(new TaskSignal.Granted(ITEM.task(), 1, Workplace.WORKER));
        assertThat(held.isGranted()).isTrue();
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
    }

    @Test
    void whatIsWithdrawnFromAnotherIsStillOurs() {
        var held = place.take(ITEM);

        holdings.hear(new TaskSignal.Withdrawn(ITEM.task(), 1, "worker-b", "taken"));
        assertThat(held.isWithdrawn()).isFalse();
        holdings.hear(new TaskSignal.Withdrawn(ITEM.task(), 1, Workplace.WORKER, "taken"));
        assertThat(held.isWithdrawn()).isTrue();
        assertThat(held.granted()).isCompletedWithValue(false);
    }

    @Test
    void whatIsOverBeforeItCameIsNotWorkedOn() {
        holdings.hear(new TaskSignal.Withdrawn(ITEM.task(), 1, Workplace.WORKER, "taken"));
        assertThat(holdings.isWithdrawn(ITEM)).as("another may still give it up").isFalse();
        holdings.hear(new TaskSignal.Withdrawn(ITEM.task(), 1, null, "cancelled"));
        assertThat(holdings.isWithdrawn(ITEM)).isTrue();
        assertThat(holdings.isSpent(ITEM)).as("nothing was reported").isFalse();
    }

    @Test
    void theOldestOfAHundredThousandIsForgotten() {
        for (int task = 0; task <= 100_000; task++) {
            var item = Workplace.item(task, "{}");
            holdings.hear(new TaskSignal.Withdrawn(item.task(), 1, null, "cancelled"));
        }

        assertThat(holdings.isWithdrawn(Workplace.item(0, "{}"))).isFalse();
        assertThat(holdings.isWithdrawn(Workplace.item(1, "{}"))).isTrue();
        assertThat(holdings.isWithdrawn(Workplace.item(100_000, "{}"))).isTrue();
    }
}
