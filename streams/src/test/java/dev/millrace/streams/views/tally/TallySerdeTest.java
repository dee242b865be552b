package dev.millrace.streams.views.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.task.Failure;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class TallySerdeTest {

    private static final Instant THEN = Instant.parse("2026-11-22T12:00:00.000001Z");

    @Test
    void whatIsReadIsWhatWasWritten() {
        var serde = TallySerde.serde();
        for (var tally :
                List.<Tally>of(
                        new Used(1, 2, 3, 4, 5, 6, 7),
                        new Worked(1, 2, 3, 4, 5, 6, THEN, THEN.plusSeconds(1), null),
                        new Worked(1, 2, 3, 4, 5, -6, THEN, THEN, new Lapse("ö", "", THEN)),
                        new Embedded(384, Long.MAX_VALUE, THEN, THEN))) {
            var bytes = serde.serializer().serialize("t", tally);

            assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(tally);
        }
        assertThat(serde.deserializer().deserialize("t", null)).isNull();
        for (var wrong : new byte[][] {{}, {'x'}, {'u', 1}}) {
            assertThatThrownBy(() -> serde.deserializer().deserialize("t", wrong))
                    .isInstanceOf(SerializationException.class);
        }
    }

    @Test
    void lapseIsCutBetweenCharacters() {
        var detail = "x".repeat(199) + "\uD83D\uDE00" + "y";

        assertThat(Lapse.of(new Failure("c", detail), THEN).detail()).isEqualTo("x".repeat(199));
        assertThat(Lapse.of(new Failure("c", "y" + detail), THEN).detail()).hasSize(200);
    }

    @Test
    void sumsAreTheSameInAnyOrder() {
        var one = new Worked(1, 2, 3, 4, 5, 6, THEN, THEN, new Lapse("a", "", THEN));
        var other =
                new Worked(1, 0, 0, 0, 0, 1, THEN.minusSeconds(1), THEN, new Lapse("b", "", THEN));

        assertThat(one.plus(other)).isEqualTo(other.plus(one));
        assertThat(one.plus(other).first()).isEqualTo(THEN.minusSeconds(1));
        assertThat(one.plus(Worked.seen(THEN.plusSeconds(1))).last())
                .isEqualTo(THEN.plusSeconds(1));
    }
}
