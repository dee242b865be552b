package dev.millrace.bench.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whose a thread is, and what `/proc` says it cost.
class ThreadPartsTest {

    @Test
    void aThreadBelongsToThePartItsNameTells() {
        Map.of(
                        "millrace-decide-v1-55d9c46f-StreamThread-1",
                        "decide",
                        "kafka-producer-network-thread | millrace-documents-1e99-producer",
                        "documents",
                        "kafka-coordinator-heartbeat-thread | millrace-decide-v1",
                        "decide",
                        "data-plane-kafka-request-handler-3",
                        "broker",
                        "embedding-worker-site",
                        "embedding worker",
                        "embedder",
                        "model",
                        "kafka-producer-network-thread | search-site",
                        "index",
                        "C2 CompilerThread0",
                        "jit",
                        "vert.x-eventloop-thread-1",
                        "gateway",
                        "process reaper",
                        "other")
                .forEach((thread, part) ->
                        assertThat(ThreadParts.of(thread)).as(thread).isEqualTo(part));
    }

    @Test
    void theNameInAStatLineMayHoldAnything() {
        var stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0";

        assertThat(ProcessCost.name(stat)).isEqualTo("a) b (c");
        assertThat(ProcessCost.cpuSeconds(stat)).isEqualTo(3.0);
    }

    @Test
    void costsAreSummedUpByPart() {
        var before =
                new ProcessCost(
                        10, Map.of(1L, 4.0, 2L, 3.0), Map.of(1L, "embedder", 2L, "gone soon"));
        var after =
                new ProcessCost(
                        17,
                        Map.of(1L, 6.0, 3L, 1.0, 4L, 0.5),
                        Map.of(1L, "embedder", 3L, "indexing-site", 4L, "search-x"));

        assertThat(after.since(before)).isEqualTo(7);
        assertThat(after.sinceByPart(before))
                .containsEntry("model", 2.0)
                .containsEntry("index", 1.5)
                .containsEntry("ended threads", 3.5);
        assertThat(after.sinceByPart(before).keySet()).startsWith("ended threads", "model");
    }
}
