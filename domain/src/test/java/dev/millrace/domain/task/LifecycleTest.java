package dev.millrace.domain.task;

import static java.util.stream.Collectors.joining;
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
    private static final Path CLASS =
            Path.of("src/main/java/dev/millrace/domain/task/Lifecycle.java");
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

    /// With `-Dupdate=true` the pictures are drawn anew.
    @Test
    void picturesInTheDocumentAndTheClassAreThisTable() throws IOException {
        requirePicture(DOCUMENT, "");
        requirePicture(CLASS, "/// ");
    }

    /// @param margin before each line
    private static void requirePicture(Path file, String margin) throws IOException {
        var text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(margin + END, begin);
        var picture =
                Lifecycle.mermaid().lines().map(line -> margin + line + "\n").collect(joining());
        if (Boolean.getBoolean("update")) {
            Files.writeString(file, text.substring(0, begin) + picture + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end)).as("%s", file).isEqualTo(picture);
    }
}
