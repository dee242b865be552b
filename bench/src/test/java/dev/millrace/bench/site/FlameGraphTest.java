package dev.millrace.bench.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FlameGraphTest {

    private static final List<String> STACKS =
            List.of(
                    "indexing-site tid=1;java/lang/Thread.run;a/Index.write;a/Graph.add 60",
                    "indexing-site tid=1;java/lang/Thread.run;a/Index.write 15",
                    "Lucene Merge Thread #0 tid=2;a/Merge.<init> 24",
                    "rare tid=3;a/Rare.one 1");

    @Test
    void boxesTellTheirShareOfAllSamples() {
        var svg = FlameGraph.of(STACKS).svg("a & b");

        assertThat(svg)
                .startsWith("<svg ")
                .contains(">a &amp; b</text>")
                .contains("<title>index 99.0 %</title>")
                .contains("<title>a/Index.write 75.0 %</title>")
                .contains("<title>a/Graph.add 60.0 %</title>")
                .contains("<title>a/Merge.&lt;init&gt; 24.0 %</title>")
                .doesNotContain("java/lang/Thread");
    }

    @Test
    void whatIsTooSmallToSeeIsLeftOut() {
        var stacks = List.of("indexing-site;a/Big.one 999", "indexing-site;a/Small.one 1");

        assertThat(FlameGraph.of(stacks).svg("x")).contains("Big").doesNotContain("Small");
    }

    @Test
    void anEmptyProfileIsAnEmptyPicture() {
        assertThat(FlameGraph.of(List.of()).svg("nothing"))
                .contains("nothing")
                .doesNotContain("<g>");
    }
}
