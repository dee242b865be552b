package dev.millrace.streams.views.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.Position;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

class StoreWireTest {

    @Test
    void questionsComeBackAsTheyWere() {
        for (var get :
                List.of(
                        new StoreWire.Get("tasks", 2, List.of(), null),
                        new StoreWire.Get("tasks", 0, List.of("", "a", "ü|\n"), "7:1"))) {
            assertThat(StoreWire.readGet(StoreWire.write(get))).isEqualTo(get);
        }
        for (var range :
                List.of(
                        new StoreWire.Range("tasks", 2, null, null, null, true, null),
                        new StoreWire.Range("tasks-index", 0, "", "b", "a", false, "7:2"))) {
            assertThat(StoreWire.readRange(StoreWire.write(range))).isEqualTo(range);
        }
        var held = new StoreWire.Held("tasks-applied", 3);
        assertThat(StoreWire.readHeld(StoreWire.write(held))).isEqualTo(held);
    }

    @Test
    void answersComeBackAsTheyWere() {
        var copy = new Standbys.Copy("7:1", Position.at("millrace.task-events", 0, 5));
        assertThat(StoreWire.readCopy(StoreWire.write(copy))).isEqualTo(copy);
        var values = new StoreWire.Values(Arrays.asList(new byte[] {1, 2}, null, new byte[0]));
        assertThat(StoreWire.readValues(StoreWire.write(values)).values())
                .usingRecursiveComparison()
                .isEqualTo(values.values());
        var entries =
                new StoreWire.Entries(
                        List.of(
                                KeyValue.pair("a", new byte[] {1}),
                                KeyValue.pair("b", new byte[0])),
                        true);
        assertThat(StoreWire.readEntries(StoreWire.write(entries)))
                .usingRecursiveComparison()
                .isEqualTo(entries);
    }

    @Test
    void whatIsCutOrGoesOnIsRefused() {
        var bytes = StoreWire.write(new StoreWire.Get("tasks", 2, List.of("a", "b"), null));
        for (int length = 0; length < bytes.length; length++) {
            refused(Arrays.copyOf(bytes, length));
        }
        refused(Arrays.copyOf(bytes, bytes.length + 1));
    }

    @Test
    void lengthsThatLieAreRefused() {
        var random = new Random(7);
        var bytes = StoreWire.write(new StoreWire.Get("tasks", 2, List.of("a", "b"), null));
        /* The length of the store's name, of the list, and of its first key. */
        for (int at : new int[] {0, 13, 17}) {
            for (int i = 0; i < 50; i++) {
                var lying = bytes.clone();
                lying[at] = (byte) (1 + random.nextInt(127) + (i % 2 == 0 ? 0 : 128));
                refused(lying);
            }
        }
    }

    private static void refused(byte[] bytes) {
        assertThatThrownBy(() -> StoreWire.readGet(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("body: not a question or answer about stores");
    }
}
