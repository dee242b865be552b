package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.nio.file.Files;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditExportCommandTest extends CommandTest {

    @Test
    void aPersonsRecordsGoIntoAsManyFilesAsItTakes() throws Exception {
        var file = folder.resolve("evidence");
        try (var gateway = exporting()) {
            int code =
                    run(
                            gateway,
                            "--subject=patient-17",
                            "--from=2026-11-27T09:00:00Z",
                            "--out=" + file);

            assertThat(bodies(gateway))
                    .containsExactly(
                            "{\"subject\":\"patient-17\",\"from\":\"2026-11-27T09:00:00Z\"}",
                            "{\"subject\":\"patient-17\",\"from\":\"2026-11-27T09:00:00Z\",\"after\":\"t-0@7\"}");
            assertThat(file).hasContent("first");
            assertThat(folder.resolve("evidence.2")).hasContent("second");
            assertThat(code).as("neither is a bundle").isOne();
            assertThat(err.toString()).contains("evidence.2 proves nothing");
        }
    }

    @Test
    void soDoesWhatSomebodyCaused() throws Exception {
        try (var gateway = exporting()) {
            var _ = run(gateway, "--actor=ann", "--since=7", "--out=" + folder.resolve("e"));

            assertThat(bodies(gateway))
                    .containsExactly(
                            "{\"actor\":\"ann\",\"since\":7}",
                            "{\"actor\":\"ann\",\"since\":7,\"after\":\"t-0@7\"}");
        }
    }

    @Test
    void aFileThatIsThereIsNotWrittenOver() throws Exception {
        Files.writeString(folder.resolve("e.2"), "mine");
        try (var gateway = exporting()) {
            assertThat(run(gateway, "--actor=ann", "--out=" + folder.resolve("e"))).isOne();

            assertThat(err.toString()).contains("e.2 exists");
            assertThat(folder.resolve("e.2")).hasContent("mine");
        }
    }

    private static List<String> bodies(FakeGateway gateway) {
        return gateway.asked().stream()
                .filter(asked -> asked.path().equals("/v1/audit/bundles"))
                .map(Asked::body)
                .toList();
    }

    private static FakeGateway exporting() throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var key = new OperatorKey("site.example/history", pair).shown();
        return new FakeGateway(asked -> {
            if (asked.path().equals("/v1/audit/key")) {
                return new Answer(200, "{\"operator\":\"%s\",\"witnesses\":[]}".formatted(key));
            }
            return asked.body().contains("after")
                    ? new Answer(200, "second")
                    : new Answer(200, "first", Map.of("Millrace-Next", "t-0@7"), false);
        });
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of("audit", "export"), arguments);
    }
}
