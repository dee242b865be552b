package dev.millrace.site.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.RecordContent;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.bundle.Bundler;
import dev.millrace.domain.audit.bundle.Bundler.Selected;
import dev.millrace.domain.audit.bundle.Bundler.Selection;
import dev.millrace.domain.audit.bundle.Shown;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TileFolder;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TileWriter;
import dev.millrace.domain.audit.tree.TileWriter.Partials;
import dev.millrace.domain.event.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifyCommandTest {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final OperatorKey OPERATOR = new OperatorKey("site.example/history", keyPair());
    private static final WitnessKey WITNESS = new WitnessKey("site.example/witness", keyPair());

    @TempDir private Path folder = Path.of(".");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path bundle = Path.of(".");

    @BeforeEach
    void makeEvidence() throws Exception {
        bundle = Files.write(folder.resolve("evidence"), evidence());
    }

    @Test
    void saysWhatIsProvedByWhomAndWhatIsNot() throws Exception {
        assertThat(verify("--key", OPERATOR.shown(), "--witness", WITNESS.shown())).isZero();

        assertThat(out.toString())
                .startsWith("PROVED: " + bundle)
                .containsPattern(
                        "Checkpoint 1 \\(root [^ ]{44}\\), of 2026-11-27T12:00:00Z by the site's"
                                + " clock")
                .contains("signed by site.example/history")
                .contains("witnessed by site.example/witness, at 2026-11-27T12:00:05Z")
                .contains("millrace.task-events-0")
                .contains("task-1")
                .contains("dev.millrace.task.submitted")
                .contains("content withheld")
                .contains("between index 0 and 1 the tree has no other record")
                .contains("Not proved:")
                .contains("there is no earlier checkpoint to compare with")
                .doesNotContain("\u001b");
    }

    @Test
    void saysTheSameToPrograms() throws Exception {
        assertThat(verify("--key", OPERATOR.shown(), "-o", "json")).isZero();

        var verdict = json();
        assertThat(verdict.path("verdict").asText()).isEqualTo("proved");
        assertThat(verdict.path("checkpoint").path("size").asInt()).isEqualTo(1);
        assertThat(verdict.path("checkpoint").path("witnessed_by")).isEmpty();
        var records = verdict.path("partitions").path(0).path("proved");
        assertThat(records).hasSize(2);
        assertThat(records.path(0).path("type").asText()).isEqualTo("dev.millrace.task.submitted");
        assertThat(records.path(0).path("offset").asInt()).isEqualTo(3);
        assertThat(records.path(1).has("key")).isFalse();
        assertThat(verdict.path("not_proved")).isNotEmpty();
    }

    @Test
    void aCheckpointThatSomebodyHoldsHasToBeOfTheSameHistory() throws Exception {
        var mine = Files.writeString(folder.resolve("mine"), signed(1, Hash.NONE));
        assertThat(verify("--key", OPERATOR.shown(), "--checkpoint", mine)).isEqualTo(1);
        assertThat(out.toString())
                .contains("REFUSED")
                .contains("of another history: the site has signed two");

        out.getBuffer().setLength(0);
        assertThat(verify("--key", OPERATOR.shown(), "-o", "json")).isZero();
        var root = Hash.fromBase64(json().path("checkpoint").path("root").asText());
        out.getBuffer().setLength(0);
        Files.writeString(mine, signed(1, root));
        assertThat(verify("--key", OPERATOR.shown(), "--checkpoint", mine)).isZero();

        Files.writeString(mine, signed(7, root));
        assertThat(verify("--key", OPERATOR.shown(), "--checkpoint", mine)).isEqualTo(1);
        assertThat(err.toString()).contains("exported again with --since 7");
        Files.writeString(mine, "anything");
        assertThat(verify("--key", OPERATOR.shown(), "--checkpoint", mine)).isEqualTo(1);
        assertThat(err.toString()).contains("is no checkpoint of this site");
    }

    private static String signed(long size, Hash root) {
        var text = new Checkpoint(OPERATOR.shown().name(), size, root).text();
        return new String(OPERATOR.sign(text).toBytes(), UTF_8);
    }

    @Test
    void refusesWhatWasChangedAndNamesThePart() throws Exception {
        var content = Files.readAllBytes(bundle);
        int changed = new String(content, ISO_8859_1).indexOf("value");
        content[changed] ^= 1;
        Files.write(bundle, content);

        assertThat(verify("--key", OPERATOR.shown())).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("REFUSED: ")
                .contains(
                        "  bundle: its SHA-256",
                        "  millrace.task-events-0, record 0 (millrace.task-events-0@3): it is not in"
                                + " the tree of its partition");

        out.getBuffer().setLength(0);
        assertThat(verify("--key", OPERATOR.shown(), "-o", "json")).isEqualTo(1);
        assertThat(json().path("flaws").findValuesAsText("where"))
                .containsExactly(
                        "bundle", "millrace.task-events-0, record 0 (millrace.task-events-0@3)");
    }

    @Test
    void refusesWhatOthersSigned() {
        var stranger = new OperatorKey("other.example/history", keyPair()).shown();

        assertThat(verify("--key", stranger)).isEqualTo(1);

        assertThat(out.toString()).contains("checkpoint: no signature by a key of other.example");
    }

    @Test
    void refusesWithoutTheQuorum() {
        var absent = new WitnessKey("absent.example/witness", keyPair()).shown();

        assertThat(
                        verify(
                                "--key",
                                OPERATOR.shown(),
                                "--witness",
                                WITNESS.shown(),
                                "--witness",
                                absent))
                .isEqualTo(1);
        assertThat(out.toString()).contains("countersigned by 1 of the witnesses");
        assertThat(
                        verify(
                                "--key",
                                OPERATOR.shown(),
                                "--witness",
                                WITNESS.shown(),
                                "--witness",
                                absent,
                                "--quorum",
                                1))
                .isZero();
    }

    @Test
    void whatIsAskedImproperlyIsNotChecked() {
        assertThat(verify()).isEqualTo(2);
        assertThat(verify("--key", "no key")).isEqualTo(2);
        assertThat(err.toString()).contains("verifier key: no key (expected: name+hash+base64");
        assertThat(verify("--key", OPERATOR.shown(), "--quorum", 1)).isEqualTo(2);
        bundle = folder.resolve("nothing");
        assertThat(verify("--key", OPERATOR.shown())).isEqualTo(1);
        assertThat(err.toString()).contains("nothing cannot be read");
    }

    private int verify(Object... options) {
        var line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        var arguments = new ArrayList<>(List.of("audit", "verify", bundle.toString()));
        for (var option : options) {
            arguments.add(option.toString());
        }
        return line.execute(arguments.toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return ApiClient.JSON.readTree(out.toString());
    }

    /// Two records of one partition, the second of which withholds what it holds.
    private byte[] evidence() throws IOException {
        var id = new UUID(1, 2);
        var content =
                new RecordContent(
                        Bytes.copyOf("task-1\u001b[2J".getBytes(UTF_8)),
                        Bytes.copyOf("value".getBytes(UTF_8)),
                        List.of(
                                new RecordContent.Header(
                                        "ce_type",
                                        Bytes.copyOf(
                                                "dev.millrace.task.submitted".getBytes(UTF_8)))));
        var shown =
                List.of(
                        new Shown.Whole(3, NOON.toEpochMilli(), content),
                        new Shown.Place(5, NOON.toEpochMilli(), content.digest()));
        var tiles = new TileFolder(folder.resolve("tree"));
        var tree = TileWriter.open(tiles, Partials.NEWEST);
        for (long offset : new long[] {3, 5}) {
            tree.append(new Leaf(id, 0, offset, NOON.toEpochMilli(), content.digest()).encode());
        }
        var root = tree.commit().root();
        var head = new PartitionHead("millrace.task-events", id, 0, 0, 0, 6, 2, root, Hash.NONE);
        var heads = new PartitionHeads(List.of(head));
        var logTiles = new TileFolder(folder.resolve("log"));
        var log = TileWriter.open(logTiles, Partials.ALL);
        var state = SiteState.of(0, NOON.toEpochMilli(), heads);
        log.append(state.encode());
        var text = Checkpoint.of(OPERATOR.shown().name(), log.commit()).text();
        var note = OPERATOR.sign(text).with(WITNESS.countersign(text, NOON.plusSeconds(5)));
        return new Bundler(new TileReader(logTiles, 8), _ -> new TileReader(tiles, 8))
                .bundle(
                        new Snapshot(note, state, heads),
                        null,
                        List.of(),
                        List.of(
                                new Selection(
                                        head,
                                        List.of(
                                                new Selected(0, shown.getFirst()),
                                                new Selected(1, shown.getLast())))))
                .encode();
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
