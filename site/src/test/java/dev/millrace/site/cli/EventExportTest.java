package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventExportTest {

    private static final String LINES = "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n";

    @TempDir private Path folder = Path.of(".");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void token() throws Exception {
        Files.writeString(folder.resolve("token"), "token");
    }

    @Test
    void eventsAreWrittenALineEachAndWhereItEnded() throws Exception {
        try (var gateway = exporting()) {
            assertThat(run(gateway, "--topic=t", "--key=k", "--after=t-0@1")).isZero();

            assertThat(out.toString().lines())
                    .containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
            assertThat(err.toString().lines()).last().isEqualTo("t-0@2");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly("/v1/events/export?after=t-0%401&format=ndjson&key=k&topic=t");
        }
    }

    @Test
    void aFileIsWrittenAsAWhole() throws Exception {
        var file = folder.resolve("events.avro");
        try (var gateway = exporting()) {
            assertThat(run(gateway, "--format=avro", "--out=" + file)).isZero();

            assertThat(file).hasContent(LINES);
            assertThat(out.toString()).isEmpty();
            assertThat(gateway.asked().getFirst().path()).contains("format=avro");
        }
    }

    @Test
    void whatBreaksOffIsNoFile() throws Exception {
        var file = folder.resolve("events.ndjson");
        try (var gateway = new FakeGateway(_ -> new Answer(200, LINES, Map.of(), true))) {
            assertThat(run(gateway, "--out=" + file)).isOne();

            assertThat(err.toString()).contains("the export broke off", "was not written");
            try (var left = Files.list(folder)) {
                assertThat(left).containsExactly(folder.resolve("token"));
            }
        }
    }

    @Test
    void avroNeedsAFile() throws Exception {
        try (var gateway = exporting()) {
            assertThat(run(gateway, "--format=avro")).isEqualTo(2);
            assertThat(err.toString()).contains("--out");
            assertThat(gateway.asked()).isEmpty();
        }
    }

    private static FakeGateway exporting() throws Exception {
        return new FakeGateway(
                _ -> new Answer(200, LINES, Map.of("Millrace-Position", "t-0@2"), false));
    }

    private int run(FakeGateway gateway, String... arguments) {
        var line = new ArrayList<>(List.of("event", "export"));
        line.addAll(List.of(arguments));
        line.add("--url=" + gateway.address());
        line.add("--data=" + folder);
        var command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(line.toArray(String[]::new));
    }
}
