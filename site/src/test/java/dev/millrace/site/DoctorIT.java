package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `millrace doctor` as an operator runs it: what it finds, and with what exit code it ends.
@Tag("full")
class DoctorIT {

    @TempDir private Path folder = Path.of(".");

    @Test
    void withoutASiteNothingIsAmissThatAStartWouldNotMend() throws Exception {
        var exam = exam();

        assertThat(exam.status).as("%s", exam.findings).isZero();
        exam.require("data folder", "ok", "still to be made");
        exam.require("gateway port", "ok", "any free one");
        exam.require("kafka", "warn", "does not run");
        exam.require("registry", "warn", "does not run");
        assertThat(folder.resolve("data")).as("it changes nothing").doesNotExist();
    }

    @Test
    void aRunningSiteIsSoundAndAWrongRegistryIsNamed() throws Exception {
        try (var site = SiteProcess.start(folder.resolve("data"))) {
            var sound = exam();
            assertThat(sound.status).as("%s", sound.findings).isZero();
            sound.require("gateway port", "ok", site.gateway().toString().replaceAll("/$", ""));
            sound.require("management port", "ok", "the site runs");
            sound.require("registry", "ok", "http://");
            sound.require("clock", "ok", "");
            assertThat(sound.findings.values())
                    .allSatisfy(found ->
                            assertThat(found.path("verdict").asText()).isNotEqualTo("fail"));

            var wrong = exam("millrace.registry.urls=" + site.gateway());
            assertThat(wrong.status).isEqualTo(1);
            wrong.require("registry", "fail", "answers 4");
            wrong.requireAdvice("registry", "correct registry.urls");

            var silent = exam("millrace.registry.urls=http://127.0.0.1:1");
            assertThat(silent.status).isEqualTo(1);
            silent.require("registry", "fail", "http://127.0.0.1:1: ");
            silent.requireAdvice("registry", "start it");
        }
    }

    @Test
    void aTakenPortIsNamedWithItsSetting() throws Exception {
        var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (var taken = new ServerSocket(0, 1, loopback)) {
            for (var part : List.of("gateway", "management")) {
                var exam = exam("millrace.%s.port=%d".formatted(part, taken.getLocalPort()));

                assertThat(exam.status).as(part).isEqualTo(1);
                exam.require(part + " port", "fail", ":" + taken.getLocalPort());
                exam.requireAdvice(part + " port", "millrace.%s.port".formatted(part));
            }
        }
    }

    private Exam exam(String... settings) throws IOException, InterruptedException {
        var all = new LinkedHashMap<String, String>();
        for (var part : List.of("gateway", "broker", "registry", "management")) {
            all.put("millrace." + part + ".port", "0");
        }
        for (var setting : settings) {
            var parts = setting.split("=", 2);
            all.put(parts[0], parts[1]);
        }
        var line = new ArrayList<>(List.of("doctor", "-o", "json"));
        line.addAll(List.of("--data", folder.resolve("data").toString()));
        all.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
        var run = ProgramRun.of(folder, line.toArray(String[]::new));
        var findings = new LinkedHashMap<String, JsonNode>();
        for (var finding : run.said().lines().toList()) {
            var json = SiteProcess.JSON.readTree(finding);
            findings.put(json.path("subject").asText(), json);
        }
        return new Exam(run.status(), findings);
    }

    /// @param findings by subject
    private record Exam(int status, Map<String, JsonNode> findings) {

        void require(String subject, String verdict, String detail) {
            var found = finding(subject);
            assertThat(found.path("verdict").asText()).as("%s", found).isEqualTo(verdict);
            assertThat(found.path("detail").asText()).contains(detail);
        }

        void requireAdvice(String subject, String advice) {
            assertThat(finding(subject).path("advice").asText()).contains(advice);
        }

        private JsonNode finding(String subject) {
            assertThat(findings).containsKey(subject);
            return findings.getOrDefault(subject, MissingNode.getInstance());
        }
    }
}
