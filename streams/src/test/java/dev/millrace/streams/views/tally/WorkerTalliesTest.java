package dev.millrace.streams.views.tally;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streams.simulation.log.SimulatedStore;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WorkerTalliesTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final SimulatedStore<Tally> store = new SimulatedStore<>("tallies");
    private final WorkerTallies tallies = new WorkerTallies(store);

    @Test
    void whoWasSilentForLongestIsPutTogetherAndNothingThatWasCountedIsLost() {
        int workers = 3 * WorkerTallies.MOST;
        for (int n = 0; n < workers; n++) {
            tallies.add("acme", key("worker-" + n), done(n));
        }

        assertThat(store.rows()).hasSizeLessThanOrEqualTo(WorkerTallies.MOST + 1);
        assertThat(store.rows()).containsKey(key("worker-" + (workers - 1)).stored("acme"));
        assertThat(store.rows()).doesNotContainKey(key("worker-0").stored("acme"));
        assertThat(sum()).isEqualTo(workers);
    }

    @Test
    void whoHasSomethingInItsHandsIsRemembered() {
        tallies.add("acme", key("busy"), Worked.began(NOON.minusSeconds(1)));
        for (int n = 0; n < 2 * WorkerTallies.MOST; n++) {
            tallies.add("acme", key("worker-" + n), done(n));
        }

        assertThat(store.rows()).containsKey(key("busy").stored("acme"));
    }

    @Test
    void oneTenantTakesNoRoomFromAnother() {
        tallies.add("beta", key("worker"), done(0));
        for (int n = 0; n < 2 * WorkerTallies.MOST; n++) {
            tallies.add("acme", key("worker-" + n), done(n));
        }

        assertThat(store.rows()).containsKey(key("worker").stored("beta"));
    }

    @Test
    void chunksOfAModelStayItsOwnWhoeverEmbeddedThem() {
        for (int n = 0; n < 2 * WorkerTallies.MOST; n++) {
            var version = Integer.toString(n % 2);
            tallies.add(
                    "acme",
                    WorkerKey.ofModel("worker-" + n, "m", version),
                    Embedded.one(2, NOON.plusSeconds(n)));
        }

        for (var version : new String[] {"0", "1"}) {
            assertThat(
                            store.rows().entrySet().stream()
                                    .filter(entry ->
                                            WorkerKey.parse(entry.getKey()).part(1).equals(version))
                                    .mapToLong(entry -> ((Embedded) entry.getValue()).chunks())
                                    .sum())
                    .isEqualTo(WorkerTallies.MOST);
        }
    }

    private long sum() {
        return store.rows().values().stream().mapToLong(tally -> ((Worked) tally).undone()).sum();
    }

    private static WorkerKey key(String worker) {
        return WorkerKey.ofKind(worker, "echo");
    }

    private static Worked done(int second) {
        var at = NOON.plusSeconds(second);
        return new Worked(1, 0, 0, 0, 1, 0, at, at, null);
    }
}
