package dev.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.AuditTree;
import dev.millrace.domain.audit.AuditTree.OfPartition;
import dev.millrace.domain.audit.AuditUnavailable;
import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.Difference;
import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.audit.tree.ConsistencyProof;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.InclusionProof;
import dev.millrace.domain.audit.tree.MemoryTree;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A history of one checkpoint, whose bundles say what was asked for.
final class FakeAudit implements Audit {

    static final OperatorKey OPERATOR = new OperatorKey("site.example/history", keyPair());
    static final WitnessKey WITNESS = new WitnessKey("site.example/witness", keyPair());
    static final SiteState STATE = SiteState.of(0, 1000, new PartitionHeads(List.of()));
    static final SiteState LATER = SiteState.of(1, 2000, new PartitionHeads(List.of()));
    static final MemoryTree LOG = new MemoryTree(List.of(STATE.hash(), LATER.hash()));

    volatile boolean isReady = true;

    @Override
    public Keys keys() {
        return new Keys(OPERATOR.shown(), List.of(WITNESS.shown()));
    }

    @Override
    public List<Signed> checkpoints(long below, int limit) {
        var newest = new Checkpoint(OPERATOR.shown().name(), 2, LOG.root()).text();
        var first = new Checkpoint(OPERATOR.shown().name(), 1, STATE.hash()).text();
        return Stream.of(
                        new Signed(OPERATOR.sign(newest), LATER),
                        new Signed(OPERATOR.sign(first), STATE))
                .filter(each -> each.state().number() + 1 < below)
                .limit(limit)
                .toList();
    }

    @Override
    public Included inclusion(OfPartition tree, long offset, @Nullable Long size) {
        if (size != null && size > 2) {
            throw new InvalidQuery("size: " + size + " (expected: 1..2)");
        }
        var leaf = new Leaf(new UUID(0, 1), tree.partition(), offset, 7, Hash.NONE);
        var leaves = new MemoryTree(List.of(STATE.hash(), leaf.hash()));
        return new Included(
                leaf, 3, new InclusionProof(1, 2, leaf.hash(), leaves.inclusion(1), leaves.root()));
    }

    @Override
    public ConsistencyProof consistency(AuditTree tree, long from, long to) {
        return new ConsistencyProof(from, STATE.hash(), to, LOG.root(), List.of(LATER.hash()));
    }

    @Override
    public Evidence bundle(Scope scope, @Nullable Long since) throws AuditUnavailable {
        if (!isReady) {
            throw new AuditUnavailable("there is no checkpoint yet; ask again soon");
        }
        if (scope instanceof Scope.OfRange(String topic, int partition, long _, long _)
                && partition > 2) {
            throw new InvalidQuery("topic, partition: " + topic + "-" + partition);
        }
        return new Evidence(
                Bytes.copyOf((scope + " since " + since).getBytes(UTF_8)),
                scope instanceof Scope.OfPerson person && person.after().equals(Position.START)
                        ? Position.at("t", 1, 7)
                        : null);
    }

    @Override
    public ScrubStatus scrub() {
        return new ScrubStatus(
                2,
                true,
                Instant.EPOCH,
                null,
                3,
                10,
                1024,
                Duration.ofMinutes(10),
                List.of(
                        new Difference(
                                "t",
                                1,
                                7,
                                Difference.Kind.CHANGED,
                                Digest.of("signed"),
                                Digest.of("found"))),
                1);
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
