package dev.millrace.streams.views.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class ActivityLogTest {

    private static final long DAY = 24 * 60 * 60;
    private static final Activity ONE = Activity.TASK_ENDED;

    private final KeyValueStore<String, Activity> store = store();
    private final ActivityLog log = new ActivityLog(store);

    @Test
    void whatHappensInTheSameTenSecondsIsAddedUp() {
        log.add("acme", 20_000, ONE);
        log.add("acme", 29_999, ONE);
        log.add("acme", 30_000, ONE);
        log.add("beta", 20_001, ONE);

        assertThat(keys())
                .containsExactly(
                        ActivityLog.key(20, "acme"),
                        ActivityLog.key(20, "beta"),
                        ActivityLog.key(30, "acme"));
        assertThat(store.get(ActivityLog.key(20, "acme"))).isEqualTo(ONE.plus(ONE));
    }

    @Test
    void aDayIsKeptAndNoMore() {
        for (long second = 0; second <= 3 * DAY; second += 600) {
            log.add("acme", second * 1_000, ONE);
        }

        assertThat(keys()).hasSize(145).startsWith(ActivityLog.key(2 * DAY, "acme"));
    }

    @Test
    void whatIsOlderThanADayIsLeftOut() {
        log.add("acme", 2 * DAY * 1_000, ONE);
        log.add("acme", (DAY - 10) * 1_000, ONE);

        assertThat(keys()).containsExactly(ActivityLog.key(2 * DAY, "acme"));
    }

    @Test
    void keySaysItsSpanAndTenant() {
        var key = ActivityLog.key(20, "acme");

        assertThat(ActivityLog.startSeconds(key)).isEqualTo(20);
        assertThat(ActivityLog.isOf(key, "acme")).isTrue();
        assertThat(ActivityLog.isOf(key, "acm")).isFalse();
        assertThat(ActivityLog.isOf(key, "acme2")).isFalse();
    }

    private List<String> keys() {
        var keys = new ArrayList<String>();
        try (var all = store.all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }

    private static KeyValueStore<String, Activity> store() {
        var context = new MockProcessorContext<Void, Void>();
        var store =
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("activity"),
                                Serdes.String(),
                                Json.serde(Activity.class))
                        .withLoggingDisabled()
                        .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }
}
