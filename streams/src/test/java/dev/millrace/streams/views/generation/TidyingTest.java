package dev.millrace.streams.views.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TidyingTest {

    private final Set<Integer> left = new HashSet<>(Set.of(1, 2, 3));
    private long nanos;

    /// Finds what it is told to.
    private final class Found implements Remains {
        private final Supplier<Set<Integer>> finding;
        boolean isRefused;

        Found(Supplier<Set<Integer>> finding) {
            this.finding = finding;
        }

        @Override
        public Set<Integer> find() {
            return finding.get();
        }

        @Override
        public void delete(int generation) throws IOException {
            if (isRefused) {
                throw new IOException("it has members");
            }
            left.remove(generation);
        }
    }

    @Test
    void whatIsOverGoesAndTheRestStays() throws Exception {
        var tidying = new Tidying(new Found(() -> Set.copyOf(left)), () -> nanos);
        assertThat(tidying.isDue()).isTrue();
        tidying.tidy(generation -> generation < 3);
        assertThat(left).containsExactly(3);
        assertThat(tidying.isDue()).isFalse();
    }

    @Test
    void itIsTriedAgainUntilTheBound() throws Exception {
        var found = new Found(() -> Set.copyOf(left));
        found.isRefused = true;
        var tidying = new Tidying(found, () -> nanos);
        for (int i = 0; i < Tidying.MOST_TRIES; i++) {
            assertThat(tidying.isDue()).isTrue();
            tidying.tidy(_ -> true);
            assertThat(tidying.isDue()).isFalse();
            nanos += Tidying.BETWEEN_TRIES.toNanos();
        }
        assertThat(tidying.isDue()).isFalse();
        tidying.begin();
        assertThat(tidying.isDue()).isTrue();
    }

    @Test
    void whatIsOverMeanwhileIsStillToDo() throws Exception {
        var tidying = new Tidying[1];
        tidying[0] =
                new Tidying(
                        new Found(() -> {
                            tidying[0].begin();
                            return Set.of();
                        }),
                        () -> nanos);
        tidying[0].tidy(_ -> true);
        assertThat(tidying[0].isDue()).isTrue();
    }

    @Test
    void whateverFailsIsTriedAgain() throws Exception {
        var tidying =
                new Tidying(
                        new Found(() -> {
                            throw new IllegalStateException("no room");
                        }),
                        () -> nanos);
        tidying.tidy(_ -> true);
        assertThat(tidying.isDue()).isFalse();
        nanos += Tidying.BETWEEN_TRIES.toNanos();
        assertThat(tidying.isDue()).isTrue();
    }
}
