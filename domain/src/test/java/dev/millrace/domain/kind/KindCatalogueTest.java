package dev.millrace.domain.kind;

import static dev.millrace.domain.kind.Kinds.kind;
import static dev.millrace.domain.kind.Kinds.registered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.kind.KindCatalogue.Verdict;
import dev.millrace.domain.task.Retries;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KindCatalogueTest {

    private static final KindCatalogue EMPTY = KindCatalogue.BUILT_IN;

    @Test
    void everyCatalogueHasTheBuiltInKinds() {
        assertThat(EMPTY.kinds()).isEqualTo(BuiltInKinds.ALL);
        assertThat(EMPTY.find("echo")).isEqualTo(BuiltInKinds.ECHO);
    }

    @Test
    void theNewestVersionIsFoundAndTheOldOnesStay() {
        var catalogue = EMPTY.with(List.of(registered("resize", 1), registered("resize", 2)));

        assertThat(catalogue.find("resize")).isEqualTo(kind("resize", 2));
        assertThat(catalogue.find("resize", 1)).isEqualTo(kind("resize", 1));
        assertThat(catalogue.find("resize", 3)).isNull();
        assertThat(catalogue.versions("resize"))
                .containsExactly(kind("resize", 1), kind("resize", 2));
        assertThat(catalogue.nextVersion("resize")).isEqualTo(3);
        assertThat(catalogue.versions("never-heard-of")).isEmpty();
    }

    @Test
    void theFirstRecordOfAVersionCounts() {
        var first = EMPTY.with(registered("resize", 1));
        var other = new TaskKindEvent.Registered(kind("resize", 1, "something else"));

        assertThat(first.with(other)).isSameAs(first);
    }

    @Test
    void aVersionThatIsNotTheNextCountsForNothing() {
        assertThat(EMPTY.with(registered("resize", 2))).isSameAs(EMPTY);
        var first = EMPTY.with(registered("resize", 1));
        assertThat(first.with(registered("resize", 3))).isSameAs(first);
    }

    @Test
    void noRecordChangesABuiltInKind() {
        assertThat(EMPTY.with(registered("echo", 2))).isSameAs(EMPTY);
        assertThat(EMPTY.with(new TaskKindEvent.Retired("echo", ""))).isSameAs(EMPTY);
    }

    @Test
    void aRetiredKindIsNotFoundUntilAnotherVersionComes() {
        var retired =
                EMPTY.with(
                        List.of(
                                registered("resize", 1),
                                new TaskKindEvent.Retired("resize", "no machine does it")));

        assertThat(retired.find("resize")).isNull();
        assertThat(retired.kinds()).isEqualTo(BuiltInKinds.ALL);
        assertThat(retired.versions("resize")).containsExactly(kind("resize", 1));
        assertThat(retired.with(registered("resize", 2)).find("resize"))
                .isEqualTo(kind("resize", 2));
        assertThat(EMPTY.with(new TaskKindEvent.Retired("resize", ""))).isSameAs(EMPTY);
    }

    @Test
    void oneRecordAtATimeOrAllAtOnceComesToTheSameEnd() {
        for (int seed = 0; seed < 500; seed++) {
            var events = anyEvents(new Random(seed));
            var single = EMPTY;
            for (var event : events) {
                single = single.with(event);
            }
            var whole = EMPTY.with(events);

            assertThat(whole.kinds()).as("seed %d", seed).isEqualTo(single.kinds());
            for (var name : List.of("a", "b", "echo")) {
                var versions = whole.versions(name);
                assertThat(versions).as("seed %d", seed).isEqualTo(single.versions(name));
                assertThat(versions.stream().map(TaskKind::version))
                        .as("seed %d", seed)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, versions.size()).boxed().toList());
            }
        }
    }

    @Test
    void mistypedNamesAreGuessed() {
        var catalogue =
                EMPTY.with(
                        List.of(
                                registered("image.resize", 1),
                                registered("image.rotate", 1),
                                registered("audio.cut", 1)));

        assertThat(catalogue.near("ehco")).containsExactly("echo");
        assertThat(catalogue.near("image.resise")).containsExactly("image.resize", "image.rotate");
        assertThat(catalogue.near("imgae.rotate")).containsExactly("image.rotate");
        assertThat(catalogue.near("image")).containsExactly("image.resize", "image.rotate");
        assertThat(catalogue.near("ingestion")).containsExactly("ingest");
        assertThat(catalogue.near("translate")).isEmpty();
        assertThat(catalogue.near("zz")).isEmpty();
    }

    @Test
    void atMostThreeNamesAreGuessedAndNoRetiredOne() {
        var catalogue =
                EMPTY.with(
                        List.of(
                                registered("job.one", 1),
                                registered("job.two", 1),
                                registered("job.six", 1),
                                registered("job.ten", 1),
                                new TaskKindEvent.Retired("job.one", "")));

        assertThat(catalogue.near("job.ton")).containsExactly("job.ten", "job.two", "job.six");
    }

    @Test
    void aRegistrationIsJudgedByWhatIsThere() {
        var catalogue = EMPTY.with(registered("resize", 1));

        assertThat(catalogue.judge(kind("resize", 2))).isEqualTo(new Verdict.New());
        assertThat(catalogue.judge(kind("resize", 1)))
                .isEqualTo(new Verdict.Known(kind("resize", 1)));
        assertThat(why(catalogue, kind("resize", 1, "something else")))
                .isEqualTo("version: 1 of resize is taken (expected: 2, the next)");
        assertThat(why(catalogue, kind("resize", 3)))
                .isEqualTo("version: 3 of resize (expected: 2, the next)");
        assertThat(why(catalogue, kind("ingest", 2)))
                .isEqualTo("name: ingest is built in (expected: another name)");
    }

    @Test
    void aCatalogueHasBounds() {
        var names = new ArrayList<TaskKindEvent>();
        for (int i = 0; i < KindCatalogue.MOST_NAMES; i++) {
            names.add(registered("kind-" + i, 1));
        }
        var versions = new ArrayList<TaskKindEvent>();
        for (int version = 1; version <= KindCatalogue.MOST_VERSIONS; version++) {
            versions.add(registered("resize", version));
        }
        var heavy = new ArrayList<TaskKindEvent>();
        for (int version = 1; version < 513; version++) {
            heavy.add(new TaskKindEvent.Registered(heavy(version)));
        }

        assertThat(why(EMPTY.with(names), kind("one-more", 1))).contains("at most 1,000 kinds");
        assertThat(why(EMPTY.with(versions), kind("resize", 1_001)))
                .contains("at most 1,000 versions");
        assertThat(why(EMPTY.with(heavy), heavy(513))).contains("at most 67,108,864");
        assertThat(EMPTY.with(heavy).judge(heavy(513).withVersion(512)))
                .isInstanceOf(Verdict.Known.class);
    }

    private static TaskKind heavy(int version) {
        var schema = " ".repeat(TaskKind.LARGEST_SCHEMA_BYTES);
        return new TaskKind(
                "heavy",
                version,
                "",
                schema,
                schema,
                Retries.DEFAULT,
                TaskKind.DEFAULT_LEASE,
                null,
                Set.of(),
                Set.of());
    }

    private static String why(KindCatalogue catalogue, TaskKind kind) {
        return catalogue.judge(kind) instanceof Verdict.Refused(var why) ? why : "not refused";
    }

    private static List<TaskKindEvent> anyEvents(Random random) {
        var events = new ArrayList<TaskKindEvent>();
        for (int left = random.nextInt(30); left > 0; left--) {
            var name = List.of("a", "b", "echo").get(random.nextInt(3));
            events.add(
                    random.nextInt(5) == 0
                            ? new TaskKindEvent.Retired(name, "")
                            : new TaskKindEvent.Registered(
                                    kind(name, 1 + random.nextInt(4), "" + random.nextInt(2))));
        }
        return events;
    }
}
