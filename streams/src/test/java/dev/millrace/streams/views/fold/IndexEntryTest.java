package dev.millrace.streams.views.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexEntryTest {

    @Test
    void textOrderIsTheOrderOfTheNumbers() {
        var random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            long a = random.nextLong() >> random.nextInt(60);
            long b = random.nextLong() >> random.nextInt(60);

            assertThat(Integer.signum(IndexEntry.ordered(a).compareTo(IndexEntry.ordered(b))))
                    .as("%d and %d", a, b)
                    .isEqualTo(Long.compare(a, b));
            assertThat(IndexEntry.number(IndexEntry.ordered(a))).isEqualTo(a);
        }
    }

    @Test
    void rowIsFoundUnderEverySetOfItsFilters() {
        var entry =
                new IndexEntry(
                        "acme", Instant.EPOCH, "id-1", Map.of("kind", "ingest", "state", "queued"));

        assertThat(entry.keys())
                .containsExactlyInAnyOrder(
                        "acme||8000000000000000id-1",
                        "acme|kind=ingest|8000000000000000id-1",
                        "acme|state=queued|8000000000000000id-1",
                        "acme|kind=ingest&state=queued|8000000000000000id-1");
    }

    @Test
    void namesCannotReachIntoAnotherList() {
        assertThat(IndexEntry.prefix("a|state=x", Map.of("name", "b&state=y|")))
                .isEqualTo("a%7Cstate%3Dx|name=b%26state%3Dy%7C|");
    }
}
