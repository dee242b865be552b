package dev.millrace.site.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;
import dev.millrace.site.cli.FakeGateway.Answer;
import dev.millrace.site.cli.FakeGateway.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditProofCommandTest extends CommandTest {

    private static final TreeHasher HASHER = new TreeHasher();
    private static final Hash ONE = HASHER.leaf("one".getBytes(UTF_8));
    private static final Hash TWO = HASHER.leaf("two".getBytes(UTF_8));
    private static final Hash BOTH = HASHER.node(ONE, TWO);

    @Test
    void aRecordIsProvedInTheTreeOfItsPartition() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, inclusion(ONE)))) {
            int code =
                    run(
                            gateway,
                            "inclusion",
                            "--topic=t",
                            "--partition=1",
                            "--offset=9",
                            "--size=2");

            assertThat(code).isZero();
            assertThat(out.toString().lines())
                    .contains("tree_size  2", "audit_path", "  " + ONE.base64());
            assertThat(err.toString()).contains("the proof holds");
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/audit/proofs/inclusion?offset=9&partition=1&size=2&topic=t");
        }
    }

    @Test
    void aProofThatDoesNotHoldEndsWithOne() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, inclusion(TWO)))) {
            int code = run(gateway, "inclusion", "--topic=t", "--partition=1", "--offset=9");

            assertThat(code).isOne();
            assertThat(err.toString()).contains("the proof does not hold");
        }
    }

    @Test
    void twoCheckpointsAreCompared() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, consistency(TWO)))) {
            assertThat(run(gateway, "consistency", "--from=1", "--to=2", "-o", "json")).isZero();

            assertThat(out.toString().strip()).isEqualTo(consistency(TWO));
            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly("/v1/audit/proofs/consistency?from=1&to=2");
        }
        try (var gateway = new FakeGateway(_ -> new Answer(200, consistency(ONE)))) {
            assertThat(
                            run(
                                    gateway,
                                    "consistency",
                                    "--topic=t",
                                    "--partition=1",
                                    "--from=1",
                                    "--to=2"))
                    .isOne();

            assertThat(gateway.asked())
                    .extracting(Asked::path)
                    .containsExactly(
                            "/v1/audit/proofs/consistency?from=1&partition=1&to=2&topic=t");
        }
    }

    @Test
    void whatIsNoProofIsToldOf() throws Exception {
        try (var gateway = new FakeGateway(_ -> new Answer(200, "{}"))) {
            assertThat(run(gateway, "consistency", "--from=1", "--to=2")).isOne();

            assertThat(err.toString()).contains("the answer is no proof");
        }
    }

    private static String inclusion(Hash sibling) {
        return "{\"leaf_index\":1,\"leaf_hash\":\"%s\",\"audit_path\":[\"%s\"],\"tree_size\":2,\"root_hash\":\"%s\"}"
                .formatted(TWO.base64(), sibling.base64(), BOTH.base64());
    }

    private static String consistency(Hash added) {
        return "{\"tree_size_1\":1,\"root_hash_1\":\"%s\",\"tree_size_2\":2,\"root_hash_2\":\"%s\",\"consistency_path\":[\"%s\"]}"
                .formatted(ONE.base64(), BOTH.base64(), added.base64());
    }

    private int run(FakeGateway gateway, String... arguments) {
        return run(gateway, List.of("audit", "proof"), arguments);
    }
}
