package dev.millrace.streams.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streams.views.fold.ViewsTopology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadowStoresTest {

    private static final List<String> NAMES =
            List.of(
                    ViewsTopology.TASKS_INDEX,
                    ViewsTopology.DOCUMENTS_INDEX,
                    ViewsTopology.TASK_COUNTS);

    @TempDir private Path folder;
    private ShadowStores stores;

    @BeforeEach
    void open() throws Exception {
        stores = new ShadowStores(folder.resolve("replay"), 3, NAMES);
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void eachStoreIsASortedMapOfItsOwn() {
        var random = new Random(31);
        var maps = new ArrayList<TreeMap<String, String>>();
        for (int i = 0; i < 6; i++) {
            maps.add(new TreeMap<>());
        }
        for (int step = 0; step < 3_000; step++) {
            int store = random.nextInt(6);
            var key = Integer.toHexString(random.nextInt(300));
            if (random.nextInt(4) == 0) {
                assertThat(writer(store).delete(key)).isEqualTo(maps.get(store).remove(key));
            } else {
                var value = "v" + step;
                writer(store).put(key, value);
                maps.get(store).put(key, value);
            }
            assertThat(writer(store).get(key)).isEqualTo(maps.get(store).get(key));
            // Of a size that has the newer generation become the older one now and then.
            stores.write("", random.nextInt(40_000));
        }
        for (int i = 0; i < 6; i++) {
            assertThat(entries(writer(i).all())).isEqualTo(entries(maps.get(i)));
        }
        for (int i = 0; i < 6; i++) {
            var map = maps.get(i);
            assertThat(entries(store(i).all())).isEqualTo(entries(map));
            assertThat(entries(store(i).reverseAll())).isEqualTo(entries(map.descendingMap()));
            for (int range = 0; range < 50; range++) {
                var a = Integer.toHexString(random.nextInt(300));
                var b = Integer.toHexString(random.nextInt(300));
                var from = a.compareTo(b) < 0 ? a : b;
                var to = a.compareTo(b) < 0 ? b : a;
                var part = map.subMap(from, true, to, true);
                assertThat(entries(store(i).range(from, to))).isEqualTo(entries(part));
                assertThat(entries(store(i).reverseRange(from, to)))
                        .isEqualTo(entries(part.descendingMap()));
                assertThat(entries(store(i).reverseRange(null, to)))
                        .isEqualTo(entries(map.headMap(to, true).descendingMap()));
                assertThat(entries(store(i).range(from, null)))
                        .isEqualTo(entries(map.tailMap(from, true)));
            }
        }
    }

    @Test
    void whatIsWrittenSaysWhichEventWroteIt() {
        var writer = stores.<Long>writer(ViewsTopology.TASK_COUNTS, 1);
        stores.write("millrace.task-events-1@6", 100);
        writer.put("a", 1L);
        stores.write("millrace.task-events-1@7", 100);
        writer.put("b", 2L);
        stores.flush();

        var counts = stores.<Long>store(ViewsTopology.TASK_COUNTS, 1);
        assertThat(counts.event("a")).isEqualTo("millrace.task-events-1@6");
        assertThat(counts.event("b")).isEqualTo("millrace.task-events-1@7");
        assertThat(counts.event("c")).isNull();
        assertThat(counts.get("b")).isEqualTo(2L);
    }

    @Test
    void onceItIsClosedReadsFailAndNothingIsLeft() {
        var writer = writer(0);
        writer.put("a", "1");
        writer.put("b", "2");
        stores.flush();
        var store = store(0);
        var reading = store.all();
        assertThat(reading.next().key).isEqualTo("a");

        stores.close();

        assertThatThrownBy(reading::hasNext).isInstanceOf(InvalidStateStoreException.class);
        assertThatThrownBy(() -> store.get("a")).isInstanceOf(InvalidStateStoreException.class);
        assertThatThrownBy(store::all).isInstanceOf(InvalidStateStoreException.class);
        reading.close();
        assertThat(Files.exists(folder.resolve("replay"))).isFalse();
    }

    @Test
    void othersSeeWhatWasWrittenOnceItIsFlushedAndAllAtOnce() {
        writer(0).put("row", "1");
        writer(1).put("position", "1");

        assertThat(store(0).get("row")).isNull();
        assertThat(writer(0).get("row")).isEqualTo("1");

        stores.flush();
        assertThat(store(0).get("row")).isEqualTo("1");
        assertThat(store(1).get("position")).isEqualTo("1");

        assertThat(writer(0).delete("row")).isEqualTo("1");
        assertThat(writer(0).get("row")).isNull();
        assertThat(store(0).get("row")).isEqualTo("1");
        stores.flush();
        assertThat(store(0).get("row")).isNull();
    }

    private ShadowStore<String> store(int number) {
        return stores.store(NAMES.get(number % 2), number / 2);
    }

    private KeyValueStore<String, String> writer(int number) {
        return stores.writer(NAMES.get(number % 2), number / 2);
    }

    private static List<KeyValue<String, String>> entries(
            KeyValueIterator<String, String> iterator) {
        var entries = new ArrayList<KeyValue<String, String>>();
        try (iterator) {
            while (iterator.hasNext()) {
                var key = iterator.peekNextKey();
                var entry = iterator.next();
                assertThat(entry.key).isEqualTo(key);
                entries.add(entry);
            }
        }
        return entries;
    }

    private static List<KeyValue<String, String>> entries(java.util.SortedMap<String, String> map) {
        return map.entrySet().stream()
                .map(entry -> KeyValue.pair(entry.getKey(), entry.getValue()))
                .toList();
    }
}
