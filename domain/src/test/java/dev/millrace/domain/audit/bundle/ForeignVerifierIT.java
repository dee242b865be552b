package dev.millrace.domain.audit.bundle;

import static dev.millrace.domain.audit.bundle.SampleSite.NOON;
import static dev.millrace.domain.audit.bundle.SampleSite.ONE;
import static dev.millrace.domain.audit.bundle.SampleSite.OPERATOR;
import static dev.millrace.domain.audit.bundle.SampleSite.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.ProofCheck;
import dev.millrace.domain.audit.tree.TileFolder;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TreeHasher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Has other people's code, in another language, judge what the audit trees give out: checkpoints,
/// countersignatures, proofs, and the tiles themselves as they are in a folder. Needs Go, and its
/// module proxy the first time.
@Tag("full")
class ForeignVerifierIT {

    private static final Duration LONGEST_RUN = Duration.ofMinutes(5);
    private static final List<String> SOURCES = List.of("main.go", "go.mod", "go.sum");

    @TempDir private Path folder = Path.of(".");

    private final List<String> questions = new ArrayList<>();

    /// What this code says to the same question.
    private final List<Boolean> expected = new ArrayList<>();

    @Test
    void othersJudgeAsThisCodeDoes() throws Exception {
        var site = new SampleSite(name -> new TileFolder(folder.resolve("trees").resolve(name)));
        site.append("millrace.task-events", 0, 70_000);
        site.append("millrace.results", 1, 300);
        var before = site.checkpoint();
        for (int i = 0; i < 300; i++) {
            site.append("millrace.results", 1, 1);
            site.checkpoint();
        }
        site.append("millrace.task-events", 0, 700);
        var now = site.checkpoint();

        askAboutNote(now);
        askAboutNote(before);
        askAboutTree("log", site.log());
        for (var head : now.heads().heads()) {
            var name = head.name() + "/" + head.epoch();
            askAboutTree(name, site.tree(head));
            askAboutProofs(site.tree(head));
        }
        askAboutProofs(site.log());
        var tree = now.heads().tree();
        for (int i = 0; i < now.heads().heads().size(); i++) {
            askAboutInclusion(
                    now.heads().heads().get(i).encode(),
                    i,
                    now.heads().heads().size(),
                    tree.inclusion(i),
                    tree.root());
        }

        var answers = answers();
        assertThat(answers).hasSameSizeAs(questions);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).equals("accepted"))
                    .as("%s: %s", questions.get(i), answers.get(i))
                    .isEqualTo(expected.get(i));
        }
        assertThat(expected).filteredOn(accepted -> accepted).hasSizeGreaterThan(400);
        assertThat(expected).filteredOn(accepted -> !accepted).hasSizeGreaterThan(400);
    }

    private void askAboutNote(Snapshot snapshot) {
        var note = snapshot.checkpoint().toBytes();
        var checkpoint = Checkpoint.parse(snapshot.checkpoint().text());
        askAboutNote(note, checkpoint, NOON.getEpochSecond(), true);
        askAboutNote(note, checkpoint, NOON.getEpochSecond() + 1, false);
        for (int i = 0; i < note.length; i += 5) {
            var changed = note.clone();
            changed[i] ^= 1;
            askAboutNote(changed, checkpoint, NOON.getEpochSecond(), false);
        }
    }

    private void askAboutNote(byte[] note, Checkpoint checkpoint, long time, boolean accepted) {
        ask(
                accepted,
                text("Kind", "note"),
                bytes("Note", note),
                text("Operator", OPERATOR.shown().toString()),
                "\"Witnesses\":[\"%s\",\"%s\"]".formatted(ONE.shown(), TWO.shown()),
                "\"Times\":[%d,%d]".formatted(time, NOON.getEpochSecond() + 1),
                number("Size", checkpoint.size()),
                bytes("Root", checkpoint.root().toArray()));
    }

    private void askAboutTree(String name, TileReader tree) throws IOException {
        var head = tree.head();
        var path = folder.resolve("trees").resolve(name);
        for (var root : List.of(head.root(), changed(head.root()))) {
            ask(
                    root.equals(head.root()),
                    text("Kind", "tree"),
                    text("Folder", path.toString()),
                    number("Size", head.size()),
                    bytes("Root", root.toArray()));
        }
    }

    private void askAboutProofs(TileReader tree) throws IOException {
        long largest = tree.head().size();
        for (long seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            long size = 1 + random.nextLong(largest);
            long index = random.nextLong(size);
            var root = tree.root(size);
            askAboutInclusion(tree.entry(index), index, size, tree.inclusion(index, size), root);
            long former = 1 + random.nextLong(size);
            var formerRoot = tree.root(former);
            var proof = tree.consistency(former, size);
            askAboutConsistency(former, formerRoot, size, root, proof);
            askAboutConsistency(former, formerRoot, size, changed(root), proof);
            askAboutConsistency(former, changed(formerRoot), size, root, proof);
            askAboutConsistency(former, formerRoot, size, root, longer(proof));
        }
    }

    private void askAboutInclusion(
            byte[] entry, long index, long size, List<Hash> proof, Hash root) {
        var other = entry.clone();
        other[other.length / 2] ^= 1;
        askOneInclusion(entry, index, size, proof, root);
        askOneInclusion(other, index, size, proof, root);
        askOneInclusion(entry, (index + 1) % size, size, proof, root);
        askOneInclusion(entry, index, size, longer(proof), root);
    }

    private void askOneInclusion(byte[] entry, long index, long size, List<Hash> proof, Hash root) {
        ask(
                ProofCheck.includes(new TreeHasher().leaf(entry), index, size, proof, root),
                text("Kind", "inclusion"),
                bytes("Entry", entry),
                number("Index", index),
                number("Size", size),
                hashes("Proof", proof),
                bytes("Root", root.toArray()));
    }

    private void askAboutConsistency(
            long former, Hash formerRoot, long size, Hash root, List<Hash> proof) {
        ask(
                ProofCheck.continues(former, formerRoot, size, root, proof),
                text("Kind", "consistency"),
                number("FormerSize", former),
                bytes("FormerRoot", formerRoot.toArray()),
                number("Size", size),
                bytes("Root", root.toArray()),
                hashes("Proof", proof));
    }

    private void ask(boolean accepted, String... members) {
        questions.add("{" + String.join(",", members) + "}");
        expected.add(accepted);
    }

    private List<String> answers() throws IOException, InterruptedException {
        var sources = Files.createDirectories(folder.resolve("verifier"));
        for (var name : SOURCES) {
            try (var source =
                    ForeignVerifierIT.class.getResourceAsStream("/foreign-verifier/" + name)) {
                assertThat(source).as(name).isNotNull();
                Files.copy(source, sources.resolve(name));
            }
        }
        var input = folder.resolve("questions.jsonl");
        Files.write(input, questions, UTF_8);
        var output = folder.resolve("answers.txt");
        var errors = folder.resolve("errors.txt");
        var process =
                new ProcessBuilder("go", "run", "-mod=readonly", ".")
                        .directory(sources.toFile())
                        .redirectInput(input.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        if (!process.waitFor(LONGEST_RUN)) {
            process.destroyForcibly();
            throw new IOException("go took over " + LONGEST_RUN);
        }
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(output, UTF_8);
    }

    private static Hash changed(Hash hash) {
        var bytes = hash.toArray();
        bytes[9] ^= 1;
        return Hash.of(bytes);
    }

    private static List<Hash> longer(List<Hash> proof) {
        var longer = new ArrayList<>(proof);
        longer.add(TreeHasher.EMPTY);
        return longer;
    }

    private static String text(String name, String value) {
        return "\"%s\":\"%s\"".formatted(name, value);
    }

    private static String number(String name, long value) {
        return "\"%s\":%d".formatted(name, value);
    }

    private static String bytes(String name, byte[] value) {
        return text(name, base64(value));
    }

    private static String hashes(String name, List<Hash> values) {
        return "\"%s\":[%s]"
                .formatted(
                        name,
                        values.stream()
                                .map(hash -> "\"" + base64(hash.toArray()) + "\"")
                                .collect(joining(",")));
    }

    private static String base64(byte[] value) {
        return Base64.getEncoder().encodeToString(value);
    }
}
