package dev.millrace.domain.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.MapTiles;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TileWriter;
import dev.millrace.domain.audit.tree.TileWriter.Partials;
import java.io.IOException;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeafSearchTest {

    @Test
    void everyOffsetLeadsToTheFirstRecordFromThere() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            var store = new MapTiles();
            var writer = TileWriter.open(store, Partials.NEWEST);
            var indexes = new TreeMap<Long, Long>();
            long offset = random.nextInt(3);
            for (int left = random.nextInt(700); left > 0; left--) {
                var leaf = new Leaf(new UUID(1, 2), 0, offset, 0, Hash.NONE);
                indexes.put(offset, writer.append(leaf.encode()));
                offset += 1 + random.nextInt(3);
            }
            writer.commit();
            var search = new LeafSearch(new TileReader(store, 4), writer.size());

            for (long asked = 0; asked <= offset; asked++) {
                var next = indexes.ceilingEntry(asked);
                assertThat(search.indexFrom(asked))
                        .as("seed %d, offset %d", seed, asked)
                        .isEqualTo(next == null ? writer.size() : next.getValue());
            }
        }
    }
}
