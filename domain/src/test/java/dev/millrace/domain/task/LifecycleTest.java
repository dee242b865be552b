package dev.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.TaskState.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "tasks.md");
    private static final String BEGIN = "```mermaid\n";
    private static final String END = "```\n";

    @Test
    void nothingFollowsAnEndAndSomethingFollowsEverythingElse() {
        for (var stage : Stage.values()) {
            assertThat(Lifecycle.STEPS.stream().anyMatch(step -> step.from() == stage))
                    .as("%s", stage)
                    .isEqualTo(!stage.isEnded());
        }
    }

    @Test
    void everyStageIsReached() {
        var reached = Lifecycle.STEPS.stream().map(Lifecycle::to).collect(Collectors.toSet());
        reached.add(Stage.ABSENT);

        assertThat(reached).containsExactlyInAnyOrderElementsOf(Arrays.asList(Stage.values()));
    }

    /// With `-Dupdate=true` the picture in the document is drawn anew.
    @Test
    void pictureInTheDocumentIsThisTable() throws IOException {
        var text = Files.readString(DOCUMENT);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END, begin);
        if (Boolean.getBoolean("update")) {
            Files.writeString(
                    DOCUMENT, text.substring(0, begin) + Lifecycle.mermaid() + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end)).isEqualTo(Lifecycle.mermaid());
    }
}
