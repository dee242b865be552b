package dev.millrace.schemas.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogEntryJsonTest {

    private static final SchemaVersion VERSION =
            new SchemaVersion("a-value", 2, 7, SchemaText.of("\"string\""), false);

    private static final SchemaVersion REFERRING =
            new SchemaVersion(
                    ":.c:b-value",
                    1,
                    8,
                    new SchemaText(
                            "\"a.A\"", List.of(new SchemaText.Reference("a.A", "a-value", 2))),
                    false);

    private static final List<LogEntry> ENTRIES =
            List.of(
                    new LogEntry.Stored(VERSION),
                    new LogEntry.Stored(VERSION.asHidden()),
                    new LogEntry.Stored(REFERRING),
                    new LogEntry.Erased("a-value", 2),
                    new LogEntry.SubjectHidden("a-value", 2),
                    new LogEntry.LevelSet("a-value", CompatibilityLevel.FULL),
                    new LogEntry.LevelSet(null, CompatibilityLevel.NONE),
                    new LogEntry.LevelCleared("a-value"),
                    new LogEntry.LevelCleared(null),
                    new LogEntry.ContextUsed(".c"),
                    new LogEntry.IdsTaken(".", 7),
                    new LogEntry.IdsTaken(".c", 7));

    @Test
    void everyEntrySurvivesTheRoundTrip() throws IOException {
        for (var entry : ENTRIES) {
            var line = LogEntryJson.written(entry);

            assertThat(LogEntryJson.read(line.key(), line.value())).isEqualTo(entry);
        }
        assertThat(ENTRIES.stream().map(Object::getClass).collect(Collectors.toSet()))
                .isEqualTo(
                        Stream.of(LogEntry.class.getPermittedSubclasses())
                                .collect(Collectors.toSet()));
    }

    @Test
    void aVersionIsWrittenAsConfluentWritesIt() {
        assertThat(LogEntryJson.written(new LogEntry.Stored(VERSION)))
                .isEqualTo(
                        new LogEntryJson.Line(
                                """
                                {"keytype":"SCHEMA","subject":"a-value","version":2,"magic":1}\
                                """,
                                """
                                {"subject":"a-value","version":2,"id":7,"schema":"\\"string\\"","deleted":false}\
                                """));
    }

    @Test
    void referencesAndContextsAreWrittenAsConfluentWritesThem() {
        assertThat(LogEntryJson.written(new LogEntry.Stored(REFERRING)).value())
                .isEqualTo(
                        """
                        {"subject":":.c:b-value","version":1,"id":8,\
                        "references":[{"name":"a.A","subject":"a-value","version":2}],\
                        "schema":"\\"a.A\\"","deleted":false}\
                        """);
        assertThat(LogEntryJson.written(new LogEntry.ContextUsed(".c")))
                .isEqualTo(
                        new LogEntryJson.Line(
                                """
                                {"keytype":"CONTEXT","tenant":"default","context":".c","magic":0}\
                                """,
                                """
                                {"tenant":"default","context":".c"}\
                                """));
    }

    @Test
    void idsTakenBeforeThereWereContextsAreTheDefaultOnes() throws IOException {
        assertThat(LogEntryJson.read("{\"keytype\":\"MILLRACE_IDS\",\"magic\":0}", "{\"id\":7}"))
                .isEqualTo(new LogEntry.IdsTaken(".", 7));
    }

    @Test
    void whatConfluentAloneKnowsIsPassedOver() throws IOException {
        assertThat(LogEntryJson.read("{\"keytype\":\"NOOP\",\"magic\":0}", null)).isNull();
        assertThat(
                        LogEntryJson.read(
                                "{\"keytype\":\"MODE\",\"subject\":null,\"magic\":0}",
                                "{\"mode\":\"READWRITE\"}"))
                .isNull();
    }

    @Test
    void aSchemaOfAnotherTypeKeepsItsId() throws IOException {
        var key = "{\"keytype\":\"SCHEMA\",\"subject\":\"p\",\"version\":1,\"magic\":1}";

        var entry =
                LogEntryJson.read(
                        key,
                        "{\"subject\":\"p\",\"version\":1,\"id\":40,\"schemaType\":\"PROTOBUF\",\"schema\":\"…\"}");

        assertThat(entry).isEqualTo(new LogEntry.IdsTaken(".", 40));
    }

    @Test
    void whatIsNotALineOfARegistryIsSaidToBeSo() {
        assertThatThrownBy(() -> LogEntryJson.read(null, "{}"))
                .isInstanceOf(IOException.class)
                .hasMessage("key: none (expected: a JSON object)");
        assertThatThrownBy(() -> LogEntryJson.read("{\"keytype\":\"SCHEMA\"}", "{}"))
                .isInstanceOf(IOException.class)
                .hasMessage("subject: missing (expected: a text)");
        assertThatThrownBy(() -> LogEntryJson.read("nonsense", "{}"))
                .isInstanceOf(IOException.class);
    }
}
