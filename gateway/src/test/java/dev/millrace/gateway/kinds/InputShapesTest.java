package dev.millrace.gateway.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.task.Retries;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InputShapesTest {

    private final InputShapes shapes = new InputShapes();

    @Test
    void aSchemaIsMadeReadyOnce() {
        assertThat(shapes.of(BuiltInKinds.EMBED)).isSameAs(shapes.of(BuiltInKinds.EMBED));
        assertThat(shapes.of(kind(null))).isNull();
        assertThat(shapes.size()).isEqualTo(1);
    }

    @Test
    void onlyTheLastOnesThatWereUsedAreKept() {
        var first = kind("{\"maxProperties\":0}");
        var kept = shapes.of(first);
        for (int i = 1; i < InputShapes.MOST; i++) {
            shapes.of(kind("{\"maxProperties\":" + i + "}"));
        }
        assertThat(shapes.of(first)).isSameAs(kept);

        shapes.of(kind("{\"minProperties\":1}"));

        assertThat(shapes.size()).isEqualTo(InputShapes.MOST);
        assertThat(shapes.of(first)).isSameAs(kept);
    }

    private static TaskKind kind(@Nullable String schema) {
        return new TaskKind(
                "resize",
                1,
                "",
                schema,
                null,
                Retries.DEFAULT,
                TaskKind.DEFAULT_LEASE,
                null,
                Set.of(),
                Set.of());
    }
}
