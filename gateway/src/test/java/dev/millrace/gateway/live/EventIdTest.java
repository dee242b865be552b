package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.log.LogPartition;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EventIdTest {

    private static final List<String> NAMES =
            List.of("millrace.task-events", "millrace.documents", "a", "a-1", "other.millrace.x");

    @Test
    void idIsReadBackFromItsText() {
        for (long seed = 0; seed < 20_000; seed++) {
            var place = any(new Random(seed));

            assertThat(EventId.parse(text(place))).as("seed %d", seed).isEqualTo(place);
        }
    }

    /// Clients keep ids for as long as they like.
    @Test
    void idOfToday() {
        var place = new TreeMap<LogPartition, Long>();
        place.put(new LogPartition("millrace.task-events", 0), 7L);
        place.put(new LogPartition("millrace.task-events", 1), 12L);
        place.put(new LogPartition("millrace.task-events", 2), 300L);

        assertThat(text(place)).isEqualTo("ARd0YXNrLWV2ZW50cwMABwAMAKwC");
        assertThat(EventId.parse("ARd0YXNrLWV2ZW50cwMABwAMAKwC")).isEqualTo(place);
    }

    @Test
    void idOfAllTopicsFitsIntoAHeader() {
        var place = new TreeMap<LogPartition, Long>();
        for (int partition = 0; partition < Selection.MOST_PARTITIONS; partition++) {
            place.put(new LogPartition("millrace.task-events", partition), 1L << 41);
        }

        assertThat(text(place)).hasSizeLessThan(6_000);
    }

    @Test
    void textThatIsNoIdIsRefused() {
        var random = new Random(1);
        var id = text(any(new Random(5)));
        for (int end = 1; end < id.length() - 1; end++) {
            refuses(id.substring(0, end) + "!");
        }
        for (var text : List.of("", "AA", "Ag", "ARd0", "millrace.task-events-0@4", "AQAAAAA")) {
            refuses(text);
        }
        refuses("A".repeat(EventId.MAX_LENGTH + 1));
        for (int n = 0; n < 20_000; n++) {
            // Whatever comes of it, it is nothing but an answer or a refusal.
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = 1;
            }
            var text = Base64.getUrlEncoder().encodeToString(bytes);
            try {
                var read = EventId.parse(text);
                assertThat(EventId.parse(text(read))).isEqualTo(read);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("expected: one that a stream gave out");
            }
        }
    }

    private static void refuses(String text) {
        assertThatIllegalArgumentException()
                .as(text)
                .isThrownBy(() -> EventId.parse(text))
                .withMessageContaining("expected: one that a stream gave out");
    }

    private static String text(SortedMap<LogPartition, Long> place) {
        return EventId.of(
                List.copyOf(place.keySet()),
                place.values().stream().mapToLong(Long::longValue).toArray());
    }

    private static SortedMap<LogPartition, Long> any(Random random) {
        var place = new TreeMap<LogPartition, Long>();
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            place.put(
                    new LogPartition(NAMES.get(random.nextInt(NAMES.size())), random.nextInt(300)),
                    random.nextLong(1L << random.nextInt(1, 62)));
        }
        return place;
    }
}
