package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCellAndNumbersStandToTheRight() {
        var table = new Table("name", "chunks").row("a.md", 7).row("longer.md", 1200);

        assertThat(table)
                .hasToString(
                        """
                          name        chunks
                          a.md             7
                          longer.md     1200
                        """);
    }

    @Test
    void aLongOrBrokenCellIsCutToOneLine() {
        var table = new Table("text").row("first\nsecond " + "x".repeat(100));

        assertThat(table.toString().lines().toList().getLast())
                .isEqualTo("  first second " + "x".repeat(46) + "…");
    }

    @Test
    void aRowWithAnotherNumberOfCellsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Table("one").row("a", "b"))
                .withMessage("cells: 2 (expected: 1)");
    }
}
