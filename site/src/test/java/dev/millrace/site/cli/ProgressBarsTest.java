package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.ProgressBars.Stage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressBarsTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void awayFromATerminalEachStageIsToldOnceWhenItIsDone() {
        var bars = new ProgressBars(out, false);
        bars.show(List.of(new Stage("cut", 1, 2)));
        bars.show(List.of(new Stage("cut", 2, 2)));
        bars.show(List.of(new Stage("cut", 2, 2)));

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("cut")
                .endsWith("2 of 2");
    }

    @Test
    void onATerminalTheBarsAreDrawnOverThemselves() {
        var bars = new ProgressBars(out, true);
        bars.show(List.of(new Stage("cut", 1, 2), new Stage("embedded", 0, 0)));
        bars.show(List.of(new Stage("cut", 2, 2), new Stage("embedded", 3, 6)));

        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("0 of ?", "\033[2A", "3 of 6");
    }
}
