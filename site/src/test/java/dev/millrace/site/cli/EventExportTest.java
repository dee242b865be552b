package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventExportTest extends CommandTest {

    private static final String LINES = "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n";

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
        return run(gateway, List.of("event", "export"), arguments);
    }
}
