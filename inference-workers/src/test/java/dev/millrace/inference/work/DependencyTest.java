package dev.millrace.inference.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.WorkItem;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DependencyTest {

    private static final Content COUNTED =
            new Content.Inline("{\"most_often\":\"be\",\"times\":2}");

    private final Workplace place = new Workplace();

    @AfterEach
    void close() {
        place.close();
    }

    @Test
    void aWorkerHasTheResultsOfThoseThatItsTaskWaitedFor() throws Exception {
        var item = Workplace.item(1, "{}");
        var given =
                new DependencyResults(
                        List.of(
                                new DependencyResult(id(2), Stage.SUCCEEDED, COUNTED),
                                new DependencyResult(id(3), Stage.FAILED, null)),
                        false);
        var following =
                new WorkItem(
                        item.task(),
                        1,
                        item.kind(),
                        item.input(),
                        item.terms(),
                        item.claimToken(),
                        given);
        WorkKind.Work<Map<?, ?>, Map<?, ?>> work =
                (_, attempt) ->
                        Map.of(
                                "first",
                                attempt.dependencies().getFirst().output(),
                                "second",
                                attempt.dependencies().getLast().status().wireName(),
                                "complete",
                                attempt.dependenciesAreComplete());

        place.performer(Workplace.kind(1, work)).perform(place.take(following), false);

        assertThat(place.report())
                .isInstanceOfSatisfying(
                        TaskReport.Succeeded.class,
                        report ->
                                assertThat(((Content.Inline) report.output()).text())
                                        .contains(
                                                "\"first\":" + ((Content.Inline) COUNTED).text(),
                                                "\"second\":\"failed\"",
                                                "\"complete\":false"));
    }

    @Test
    void anOutputIsReadAsARecordWhereverItIs() throws Exception {
        var stored = new Content.Stored(place.blobs.put("{\"times\":3}".getBytes(UTF_8)), 11);

        assertThat(succeeded(COUNTED).output(Counted.class)).isEqualTo(new Counted("be", 2));
        assertThat(succeeded(stored).output(Counted.class)).isEqualTo(new Counted(null, 3));
        assertThat(succeeded(stored).output().path("times").asInt()).isEqualTo(3);
    }

    @Test
    void whatIsNotThereIsAFailureForGood() {
        assertThat(succeeded(null).hasOutput()).isFalse();
        assertFailsForGood(succeeded(null), "no_dependency_output");
        assertFailsForGood(succeeded(new Content.Stored(Digest.of("gone"), 4)), "dependency_lost");
        assertFailsForGood(succeeded(new Content.Inline("[1]")), "bad_dependency");
    }

    private static void assertFailsForGood(Dependency dependency, String code) {
        assertThatThrownBy(() -> dependency.output(Counted.class))
                .isInstanceOfSatisfying(
                        WorkFailed.class,
                        failed -> {
                            assertThat(failed.failure().code()).isEqualTo(code);
                            assertThat(failed.isRetryable()).isFalse();
                        });
    }

    private Dependency succeeded(@Nullable Content output) {
        return new Dependency(new DependencyResult(id(2), Stage.SUCCEEDED, output), place.blobs);
    }

    private static TaskId id(int number) {
        return new TaskId(new UUID(0x7000, number));
    }

    private record Counted(@Nullable String mostOften, int times) {}
}
