package dev.millrace.bench.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Numbers of events in the bytes of a stream.
class MarksTest {

    private static List<Integer> found(String... pieces) {
        var marks = new Marks();
        var found = new ArrayList<Integer>();
        for (var piece : pieces) {
            marks.read(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)), found::add);
        }
        return found;
    }

    @Test
    void aMarkIsFoundWhereverItIsCut() {
        var text = "data: {\"mark\":\"" + Marks.of(1_234_567) + "\"}\n\n";
        for (int cut = 0; cut <= text.length(); cut++) {
            assertThat(found(text.substring(0, cut), text.substring(cut)))
                    .containsExactly(1_234_567);
        }
    }

    @Test
    void whatOnlyBeginsLikeAMarkIsNone() {
        assertThat(found("bbench-00000000x bench-12 benbench-", "000000003", Marks.of(4)))
                .containsExactly(3, 4);
    }
}
