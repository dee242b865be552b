package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventExportTest {

    @TempDir private Path folder = Path.of(".");

    @Test
    void allPagesAreWrittenALineAnEventAndWhereItEnded() throws Exception {
        Files.writeString(folder.resolve("token"), "token");
        var out = new StringWriter();
        var err = new StringWriter();
        try (var gateway =
                new FakeGateway(asked ->
                        asked.path().contains("after=t-0%401")
                                ? page("t-0@2", true, "{\"n\":3}")
                                : page("t-0@1", false, "{\"n\":1},{\"n\":2}"))) {
            var command = Main.commandLine();
            command.setOut(new PrintWriter(out, true));
            command.setErr(new PrintWriter(err, true));

            int code =
                    command.execute(
                            "event",
                            "export",
                            "--topic=t",
                            "--key=k",
                            "--url=" + gateway.address(),
                            "--data=" + folder);

            assertThat(code).as(err.toString()).isZero();
            assertThat(out.toString().lines())
                    .containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
            assertThat(err.toString().lines()).last().isEqualTo("t-0@2");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/events?key=k&limit=1000&topic=t",
                            "/v1/events?after=t-0%401&key=k&limit=1000&topic=t");
        }
    }

    private static Answer page(String position, boolean atEnd, String items) {
        return new Answer(
                200,
                "{\"items\":[%s],\"position\":\"%s\",\"at_end\":%b}"
                        .formatted(items, position, atEnd));
    }
}
