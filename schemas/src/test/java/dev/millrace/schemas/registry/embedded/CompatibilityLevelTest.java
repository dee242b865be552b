package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class CompatibilityLevelTest {

    /// A record that must have `a`.
    private static final String A = record("{'name':'a','type':'string'}");

    /// One that must have `b`, and gets along without `a`.
    private static final String B_MAYBE_A =
            record("{'name':'a','type':'string','default':''},{'name':'b','type':'string'}");

    private static final String A_MAYBE_B =
            record("{'name':'a','type':'string'},{'name':'b','type':'string','default':''}");

    private static final String B = record("{'name':'b','type':'string'}");

    @Test
    void aFieldWithoutDefaultMayNotJoinForOldRecordsLackIt() {
        assertThat(allowing(B_MAYBE_A, A))
                .containsExactly(
                        CompatibilityLevel.NONE,
                        CompatibilityLevel.FORWARD,
                        CompatibilityLevel.FORWARD_TRANSITIVE);
    }

    @Test
    void aFieldWithoutDefaultMayNotLeaveForOldReadersNeedIt() {
        assertThat(allowing(B, B_MAYBE_A)).containsExactly(CompatibilityLevel.values());
        assertThat(allowing(B, A_MAYBE_B))
                .containsExactly(
                        CompatibilityLevel.NONE,
                        CompatibilityLevel.BACKWARD,
                        CompatibilityLevel.BACKWARD_TRANSITIVE);
    }

    @Test
    void aFieldWithDefaultMayAlwaysJoin() {
        assertThat(allowing(A_MAYBE_B, A)).containsExactly(CompatibilityLevel.values());
    }

    @Test
    void transitiveLevelsLookBehindTheLatestVersion() {
        assertThat(allowing(B, A, A_MAYBE_B))
                .containsExactly(CompatibilityLevel.NONE, CompatibilityLevel.BACKWARD);
    }

    @Test
    void theFirstVersionFitsEveryLevel() {
        assertThat(allowing(A)).containsExactly(CompatibilityLevel.values());
    }

    @Test
    void aFaultNamesTheVersionAndThePlace() {
        assertThat(faults(CompatibilityLevel.BACKWARD, B, A))
                .singleElement()
                .asString()
                .startsWith(
                        "the new schema cannot read version 1: READER_FIELD_MISSING_DEFAULT_VALUE at /fields/0");
    }

    private static List<CompatibilityLevel> allowing(String candidate, String... earlier) {
        return Arrays.stream(CompatibilityLevel.values())
                .filter(level -> faults(level, candidate, earlier).isEmpty())
                .toList();
    }

    private static List<String> faults(
            CompatibilityLevel level, String candidate, String... earlier) {
        return level.compared(versions(earlier)).stream()
                .flatMap(version ->
                        level
                                .faults(
                                        schema(candidate),
                                        version.version(),
                                        schema(version.schema().json()))
                                .stream())
                .toList();
    }

    private static List<SchemaVersion> versions(String... texts) {
        var versions = new ArrayList<SchemaVersion>();
        for (var text : texts) {
            int number = versions.size() + 1;
            versions.add(new SchemaVersion("s", number, number, SchemaText.of(text), false));
        }
        return versions;
    }

    private static Schema schema(String text) {
        return new Schema.Parser().parse(text);
    }

    private static String record(String fields) {
        return "{'type':'record','name':'R','fields':[%s]}".formatted(fields).replace('\'', '"');
    }
}
