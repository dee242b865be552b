package dev.millrace.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.ingest.Searchable.Awaited;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// When documents count as found.
class SearchableTest {

    private final Map<String, Integer> index = new HashMap<>();
    private long now;
    private final Searchable watched =
            new Searchable(
                    documents ->
                            documents.stream().mapToLong(id -> index.getOrDefault(id, 0)).sum(),
                    () -> now);

    @Test
    void aDocumentIsFoundWhenAllOfItIs() throws IOException {
        watched.add(new Awaited("a", 3, 1_000));
        index.put("a", 2);
        watched.look();
        assertThat(watched.micros()).isEmpty();

        index.put("a", 3);
        now = 5_001_000;
        watched.look();

        assertThat(watched.micros()).containsExactly(5_000L);
        assertThat(watched.waiting()).isZero();
    }

    @Test
    void oneThatIsMissingHoldsUpThoseAfterIt() throws IOException {
        for (int i = 0; i < 9; i++) {
            watched.add(new Awaited("d" + i, i + 1, 0));
            index.put("d" + i, i == 6 ? 2 : i + 1);
        }
        watched.look();
        assertThat(watched.micros()).hasSize(6);

        index.put("d6", 7);
        watched.look();
        assertThat(watched.micros()).hasSize(9);
    }
}
