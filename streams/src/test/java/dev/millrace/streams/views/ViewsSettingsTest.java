package dev.millrace.streams.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class ViewsSettingsTest {

    private static final String ID = ViewsSettings.APPLICATION_ID;

    @Test
    void eachGenerationIsAnApplicationOfItsOwn() {
        var first = ViewsSettings.of(3);
        var second = first.ofGeneration(2, Instant.EPOCH);

        assertThat(first.applicationId()).isEqualTo(ID);
        assertThat(second.applicationId()).isEqualTo(ID + "-g2");
        assertThat(second.properties(Map.of(), Path.of("state")))
                .containsEntry(StreamsConfig.APPLICATION_ID_CONFIG, ID + "-g2");
        assertThat(second.cacheBytes()).isEqualTo(first.cacheBytes());
        for (int generation = 1; generation < 200; generation++) {
            assertThat(ViewsSettings.generation(ViewsSettings.applicationId(generation)))
                    .hasValue(generation);
        }
    }

    @Test
    void otherApplicationsAreNoGenerations() {
        for (var other :
                List.of(
                        "",
                        "millrace-decide-v1",
                        "millrace-views-v3",
                        ID + "-",
                        ID + "-g",
                        ID + "-g0",
                        ID + "-g1",
                        ID + "-g02",
                        ID + "-g-2",
                        ID + "-g2x",
                        ID + "-g99999999999",
                        ID + "2",
                        ID + "-g2-tasks-changelog")) {
            assertThat(ViewsSettings.generation(other)).as(other).isEmpty();
        }
    }

    @Test
    void changelogsAreKnownByName() {
        assertThat(ViewsSettings.changelogs(1))
                .hasSize(14)
                .contains(ID + "-tasks-changelog", ID + "-documents-applied-changelog");
        assertThat(ViewsSettings.changelogs(2))
                .contains(ID + "-g2-task-progress-changelog")
                .doesNotContainAnyElementsOf(ViewsSettings.changelogs(1));
    }

    @Test
    void generationsAreCountedFromOne() {
        assertThatThrownBy(() -> ViewsSettings.of(1).ofGeneration(0, Instant.EPOCH))
                .hasMessage("generation: 0 (expected: >= 1)");
    }
}
