package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.registry.RegistryUnavailable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RegistryTest {

    private static final SubjectName DEFAULT = SubjectName.context(".");

    private static final List<String> SUBJECTS =
            List.of("a-value", "b-value", "c-value", ":.c:a-value", ":.c:b-value");

    private final MemoryRegistryLog log = new MemoryRegistryLog();
    private final Registry registry =
            new Registry(log, System::nanoTime, new RegistryMeters(new SimpleMeterRegistry()));

    @Test
    void oneSchemaHasOneIdUnderAllSubjects() throws Exception {
        assertThat(registry.register("a-value", SchemaText.of(schema("x")))).isEqualTo(1);
        assertThat(registry.register("b-value", SchemaText.of(schema("y")))).isEqualTo(2);
        assertThat(registry.register("b-value", SchemaText.of(" " + schema("y") + " ")))
                .isEqualTo(2);
        assertThat(registry.register("c-value", SchemaText.of(schema("x")))).isEqualTo(1);

        assertThat(registry.uses(1, DEFAULT, false))
                .extracting(SchemaVersion::subject)
                .containsExactly("a-value", "c-value");
    }

    @Test
    void aSchemaThatIsThereIsFoundWithoutTheLog() throws Exception {
        registry.register("a-value", SchemaText.of(schema("x")));
        int written = log.size();
        log.goAway();

        assertThat(registry.register("a-value", SchemaText.of(schema("x")))).isEqualTo(1);
        assertThat(log.size()).isEqualTo(written);
        assertThatThrownBy(() -> registry.register("a-value", SchemaText.of(schema("y"))))
                .isInstanceOf(RegistryUnavailable.class);
    }

    @Test
    void anErasedSchemaNeverGivesItsIdAway() throws Exception {
        registry.register("a-value", SchemaText.of(schema("x")));
        registry.deleteSubject("a-value", false);
        registry.deleteSubject("a-value", true);

        var restarted = opened(log.compacted());

        assertThat(restarted.register("a-value", SchemaText.of(schema("y")))).isEqualTo(2);
        assertThatThrownBy(() -> restarted.schema(1, DEFAULT)).hasMessage("Schema 1 not found");
    }

    @Test
    void aHiddenSchemaComesBackAsANewVersionWithItsOldId() throws Exception {
        registry.register("a-value", SchemaText.of(schema("x")));
        registry.deleteSubject("a-value", false);

        assertThat(registry.register("a-value", SchemaText.of(schema("x")))).isEqualTo(1);
        assertThat(registry.versions("a-value", false))
                .containsExactly(
                        new SchemaVersion("a-value", 2, 1, SchemaText.of(schema("x")), false));
    }

    @Test
    void hiddenVersionsNoLongerJudgeNewOnes() throws Exception {
        registry.register("a-value", SchemaText.of("\"string\""));
        assertThatThrownBy(() -> registry.register("a-value", SchemaText.of("\"int\"")))
                .isInstanceOf(RegistryFault.class);

        registry.deleteVersion("a-value", VersionName.parse("latest"), false);

        assertThat(registry.register("a-value", SchemaText.of("\"int\""))).isEqualTo(2);
    }

    @Test
    void whatWasAnsweredIsStillTrueAfterARestartAndAfterCompaction() throws Exception {
        for (long seed = 0; seed < 60; seed++) {
            var grown = new MemoryRegistryLog();
            var running = opened(grown);
            var acts = actAtRandom(running, new Random(seed));

            var seen = picture(running);
            assertThat(picture(opened(grown.reopened())))
                    .as("seed %d: %s", seed, acts)
                    .isEqualTo(seen);
            assertThat(picture(opened(grown.compacted())))
                    .as("seed %d: %s", seed, acts)
                    .isEqualTo(seen);
        }
    }

    @Test
    void anIdMeansOneSchemaForEverWhateverIsDone() throws Exception {
        for (long seed = 0; seed < 60; seed++) {
            var grown = new MemoryRegistryLog();
            var random = new Random(seed);
            var meanings = new HashMap<String, SchemaText>();
            for (int run = 0; run < 5; run++) {
                var running = opened(grown);
                for (int i = 0; i < 10; i++) {
                    actOnce(running, random);
                    for (var subject : running.subjects(true)) {
                        for (var version : running.versions(subject, true)) {
                            var id = SubjectName.contextOf(subject) + version.id();
                            assertThat(meanings.putIfAbsent(id, version.schema()))
                                    .as("seed %d: %s", seed, version)
                                    .isIn(null, version.schema());
                        }
                    }
                }
                grown = random.nextBoolean() ? grown.compacted() : grown.reopened();
            }
        }
    }

    private static List<String> actAtRandom(Registry registry, Random random) throws Exception {
        var acts = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            acts.add(actOnce(registry, random));
        }
        return acts;
    }

    /// Does something, or is refused, which must change nothing.
    private static String actOnce(Registry registry, Random random) throws RegistryUnavailable {
        var subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        int act = random.nextInt(9);
        int number = 1 + random.nextInt(5);
        boolean flag = random.nextBoolean();
        try {
            switch (act) {
                case 0 -> registry.deleteSubject(subject, flag);
                case 1 -> registry.deleteVersion(subject, new VersionName(number), flag);
                case 2 -> registry.setLevel(flag ? subject : null, CompatibilityLevel.FULL);
                case 3 -> registry.clearLevel(flag ? subject : null);
                case 4 ->
                        registry.register(subject, SchemaText.of(flag ? "\"string\"" : "\"int\""));
                case 5 -> registry.register(subject, referring(random, number));
                default ->
                        registry.register(subject, SchemaText.of(schema("f" + random.nextInt(8))));
            }
        } catch (RegistryFault refused) {
            return subject + " refused " + act + " " + number + " " + flag;
        }
        return subject + " " + act + " " + number + " " + flag;
    }

    /// All that can be asked of a registry.
    private static List<Object> picture(Registry registry)
            throws RegistryFault, RegistryUnavailable {
        var picture = new ArrayList<Object>();
        picture.add(registry.subjects(true));
        picture.add(registry.contexts());
        picture.add(registry.level());
        for (var subject : SUBJECTS) {
            picture.add(registry.level(subject, true));
            if (registry.subjects(true).contains(subject)) {
                var versions = registry.versions(subject, true);
                picture.add(versions);
                for (var version : versions) {
                    picture.add(registry.referrers(subject, new VersionName(version.version())));
                }
            }
        }
        for (var name : registry.contexts()) {
            var context = SubjectName.context(name);
            picture.add(registry.highestId(context));
            for (int id = 1; id <= registry.highestId(context); id++) {
                try {
                    picture.add(registry.schema(id, context));
                } catch (RegistryFault none) {
                    picture.add(none.code());
                }
            }
        }
        return picture;
    }

    /// A registry for which a second passes between any two looks at the clock: it waits for none.
    private static Registry opened(RegistryLog log) throws RegistryUnavailable {
        var seconds = new AtomicLong();
        var registry =
                new Registry(
                        log,
                        () -> TimeUnit.SECONDS.toNanos(seconds.incrementAndGet()),
                        new RegistryMeters(new SimpleMeterRegistry()));
        registry.open();
        return registry;
    }

    /// A record that uses `R` of some version, which may be there.
    private static SchemaText referring(Random random, int version) {
        var referred = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        return new SchemaText(
                """
                {"type":"record","name":"U","fields":[{"name":"r","type":["null","R"],"default":null}]}\
                """,
                List.of(new SchemaText.Reference("R", referred, version)));
    }

    /// A record whose one field has a default: any two of these get along.
    private static String schema(String field) {
        return """
        {"type":"record","name":"R","fields":[{"name":"%s","type":"string","default":""}]}\
        """
                .formatted(field);
    }
}
