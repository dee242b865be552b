package dev.millrace.streams.views.tally;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streams.simulation.log.SimulatedStore;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UsageTalliesTest {

    private static final long DAY = 24L * 60 * 60 * 1000;

    private final SimulatedStore<Tally> store = new SimulatedStore<>("tallies");
    private final UsageTallies tallies = new UsageTallies(store);

    @Test
    void whatHappensOnOneDayIsAddedUp() {
        add("acme", 20_000 * DAY, "ann");
        add("acme", 20_001 * DAY - 1, "ann");
        add("acme", 20_001 * DAY, "ann");

        assertThat(used("2024-10-04", "oidc", "ann")).isEqualTo(2);
        assertThat(used("2024-10-05", "oidc", "ann")).isEqualTo(1);
        assertThat(store.rows()).hasSize(2);
    }

    @Test
    void fourHundredDaysAreKeptAndNoMore() {
        for (long day = 0; day < 1_000; day++) {
            add("acme", day * DAY, "ann");
            add("beta", day / 2 * DAY, "ann");
        }
        add("acme", 599 * DAY, "ann");

        assertThat(store.rows().keySet().stream().filter(key -> key.startsWith("u|acme|")))
                .hasSize(UsageTallies.KEPT_DAYS);
        assertThat(store.rows())
                .containsKey(new UsageKey("1971-08-24", "k", "oidc", "ann").stored("acme"));
        assertThat(store.rows().keySet().stream().filter(key -> key.startsWith("u|beta|")))
                .hasSize(UsageTallies.KEPT_DAYS);
    }

    @Test
    void actorsBeyondTheMostOfADayAreAddedUpTogether() {
        int actors = UsageTallies.MOST + 50;
        for (int n = 0; n < 2 * actors; n++) {
            add("acme", 20_000 * DAY, "actor-" + n % actors);
        }

        assertThat(store.rows()).hasSize(UsageTallies.MOST + 1);
        assertThat(used("2024-10-04", "oidc", "actor-0")).isEqualTo(2);
        assertThat(used("2024-10-04", "*", "*")).isEqualTo(100);
    }

    private void add(String tenant, long millis, String actor) {
        tallies.add(tenant, millis, "k", "oidc", actor, Used.SUBMITTED);
    }

    private long used(String day, String proof, String actor) {
        var tally = store.get(new UsageKey(day, "k", proof, actor).stored("acme"));
        return ((Used) Objects.requireNonNull(tally)).submitted();
    }
}
