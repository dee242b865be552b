package dev.millrace.domain.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PositionTest {

    private static final List<String> TOPICS =
            List.of("millrace.task-events", "millrace.documents", "a", "a-1");

    @Test
    void positionIsReadBackFromItsText() {
        for (long seed = 0; seed < 1_000; seed++) {
            var position = any(new Random(seed));

            assertThat(Position.parse(position.toString()))
                    .as("seed %d: %s", seed, position)
                    .isEqualTo(position);
        }
    }

    @Test
    void joinIsTheLeastPositionThatCoversBoth() {
        for (long seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var a = any(random);
            var b = any(random);
            var c = any(random);
            var joined = a.join(b);

            assertThat(joined).as("seed %d", seed).isEqualTo(b.join(a)).isEqualTo(joined.join(a));
            assertThat(joined.join(c)).as("seed %d", seed).isEqualTo(a.join(b.join(c)));
            assertThat(joined.covers(a) && joined.covers(b)).as("seed %d", seed).isTrue();
            assertThat(c.covers(joined)).as("seed %d", seed).isEqualTo(c.covers(a) && c.covers(b));
        }
    }

    @Test
    void everythingCoversTheStart() {
        assertThat(Position.START.covers(Position.START)).isTrue();
        assertThat(Position.at("a", 0, 0).covers(Position.START)).isTrue();
        assertThat(Position.START.covers(Position.at("a", 0, 0))).isFalse();
    }

    @Test
    void offsetIsThatOfItsOwnPartition() {
        var position = Position.at("a", 1, 5).with("a-1", 1, 7);

        assertThat(position.offset("a", 1)).isEqualTo(5);
        assertThat(position.offset("a-1", 1)).isEqualTo(7);
        assertThat(position.offset("a", 0)).isEqualTo(-1);
    }

    @Test
    void textThatIsNoPositionIsRefused() {
        for (var text :
                List.of(
                        "a",
                        "a@1",
                        "a-@1",
                        "a-1@",
                        "-1@1",
                        "a-x@1",
                        "a-1@x",
                        "a-1@1,",
                        ",",
                        "a-1@-1",
                        "a-1@9223372036854775807",
                        "a-1@99999999999999999999"))
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> Position.parse(text))
                    .withMessageContaining("expected: topic-partition@offset");
    }

    private static Position any(Random random) {
        var position = Position.START;
        for (int left = random.nextInt(6); left > 0; left--) {
            var topic = TOPICS.get(random.nextInt(TOPICS.size()));
            position = position.with(topic, random.nextInt(3), random.nextInt(100));
        }
        return position;
    }
}
