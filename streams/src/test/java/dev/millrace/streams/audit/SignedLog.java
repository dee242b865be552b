package dev.millrace.streams.audit;

import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.audit.tree.TileStore;
import dev.millrace.streams.audit.scrub.SignedHistory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// A log in memory, of one partition a topic, and its signed history, also in memory.
public final class SignedLog {

    /// The partition that most tests are about.
    public static final TopicPartition EVENTS = new TopicPartition("millrace.task-events", 0);

    /// Another one.
    public static final TopicPartition RESULTS = new TopicPartition("millrace.results", 0);

    private final AuditKeys keys =
            new AuditKeys(
                    new OperatorKey("site.example/history", keyPair()),
                    List.of(new WitnessKey("site.example/witness-1", keyPair())));
    private final AuditedLog log = new AuditedLog(1);
    private final BreakingTiles disk = new BreakingTiles();
    private final AuditStore store = new AuditStore(disk, new StoreBelow(disk, "keys/"));
    private final AuditSession.Shared shared = new AuditSession.Shared();

    /// Adds records: of offset 0, 1, 3, 4, 6, 7 and so on.
    public void fill(TopicPartition partition, int count) {
        for (int i = 0; i < count; i++) {
            log.add(partition, new UUID(i, i).toString(), "value " + i);
        }
    }

    /// Somebody writes another value over that of a record.
    public void change(TopicPartition partition, long offset, String value) {
        log.change(partition, offset, value);
    }

    /// Somebody takes a record out of the middle.
    public void remove(TopicPartition partition, long offset) {
        log.remove(partition, offset);
    }

    /// Somebody puts a record where there was none.
    public void insert(TopicPartition partition, long offset, String value) {
        log.insert(partition, offset, value);
    }

    /// Somebody puts the bytes of a record there that no reader gets.
    public void spoil(TopicPartition partition, long offset) {
        log.spoil(partition, offset);
    }

    /// Retention deletes everything before an offset.
    public void deleteBefore(TopicPartition partition, long offset) {
        log.deleteBefore(partition, offset);
    }

    /// The broker loses everything from an offset on.
    public void loseFrom(TopicPartition partition, long offset) {
        log.loseFrom(partition, offset);
    }

    /// The files of the history, to be tampered with.
    public Map<String, byte[]> files() {
        return disk.files();
    }

    public TileStore tiles() {
        return disk;
    }

    public Consumer<byte[], byte[]> consumer() {
        return log.consumer();
    }

    public SignedHistory history() {
        return new StoredHistory(store, keys.operator().shown(), shared::live);
    }

    /// Signs all that the log has, as a site does that is started again.
    public void sign() {
        for (int i = 0; i < AuditSession.PATIENCE; i++) {
            try {
                signNow();
                return;
            } catch (KafkaException notYet) {
                if (!String.valueOf(notYet.getMessage()).contains("looking again")) {
                    throw notYet;
                }
            }
        }
        signNow();
    }

    private void signNow() {
        var session =
                new AuditSession(
                        log.consumer(),
                        _ -> log.partitions(),
                        () ->
                                new SiteHistory(
                                        store,
                                        keys,
                                        InstantSource.fixed(Instant.ofEpochMilli(AuditedLog.NOON))),
                        new AuditSettings(Duration.ZERO),
                        System::nanoTime,
                        new AuditMeters(new SimpleMeterRegistry(), InstantSource.system()),
                        shared);
        try {
            session.open();
            long longest = 0;
            for (var partition : log.partitions()) {
                longest = Math.max(longest, log.end(partition.inKafka()));
            }
            for (long read = 0; read <= longest; read += AuditedLog.MOST_POLLED) {
                session.step();
            }
        } finally {
            session.close();
        }
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
