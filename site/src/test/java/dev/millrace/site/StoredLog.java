package dev.millrace.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// The log of a stopped broker, as it lies on the disk: a place for lies that no checksum finds.
final class StoredLog {

    /* Of a record batch of Kafka's format 2: where its length, its checksum and what that covers are. */
    private static final int LENGTH_AT = 8;
    private static final int LENGTH_END = 12;
    private static final int CHECKSUM_AT = 17;
    private static final int COVERED_FROM = 21;

    private StoredLog() {}

    /// Writes other bytes over the last occurrence of some in a topic, and mends the checksum.
    ///
    /// @param to as long as `from`
    /// @return where the record stands: `topic-partition@offset`
    static String change(Path broker, String topic, String from, String to) throws IOException {
        assertThat(to).hasSameSizeAs(from);
        var found = segment(broker, topic, from);
        var bytes = Files.readAllBytes(found);
        int at = text(bytes).lastIndexOf(from);
        System.arraycopy(to.getBytes(ISO_8859_1), 0, bytes, at, to.length());
        var buffer = ByteBuffer.wrap(bytes);
        int batch = 0;
        while (batch + LENGTH_END + buffer.getInt(batch + LENGTH_AT) <= at) {
            batch += LENGTH_END + buffer.getInt(batch + LENGTH_AT);
        }
        int end = batch + LENGTH_END + buffer.getInt(batch + LENGTH_AT);
        var checksum = new CRC32C();
        checksum.update(bytes, batch + COVERED_FROM, end - batch - COVERED_FROM);
        buffer.putInt(batch + CHECKSUM_AT, (int) checksum.getValue());
        Files.write(found, bytes);
        for (var record :
                MemoryRecords.readableRecords(ByteBuffer.wrap(bytes, batch, end - batch).slice())
                        .records()) {
            var value = new byte[record.valueSize()];
            record.value().get(value);
            if (text(value).contains(to)) {
                return folderOf(found) + "@" + record.offset();
            }
        }
        throw new AssertionError("the change is in no record of its batch");
    }

    /// Takes the end of the largest log of a topic away, as a power loss does with what was not on
    /// the disk yet: the newest transactions, and what Kafka makes anew from a log. The broker was
    /// killed before.
    ///
    /// @param least as many records at least
    static Loss cut(Path broker, String topic, int least) throws IOException {
        var largest = largest(broker, topic);
        var bytes = Files.readAllBytes(largest);
        var cuts = new ArrayList<Loss>();
        int at = 0;
        int records = 0;
        boolean isBetweenTransactions = true;
        for (var batch : MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).batches()) {
            if (isBetweenTransactions) {
                cuts.add(new Loss(folderOf(largest), batch.baseOffset(), at, records));
            }
            isBetweenTransactions = batch.isControlBatch() || !batch.isTransactional();
            records += batch.isControlBatch() ? 0 : batch.countOrNull();
            at += batch.sizeInBytes();
        }
        int all = records;
        var cut =
                cuts.reversed().stream()
                        .filter(each -> all - each.kept() >= least)
                        .findFirst()
                        .orElseThrow();
        Files.write(largest, Arrays.copyOf(bytes, cut.bytes()));
        deleteWhatFollows(largest.resolveSibling("."), cut.offset());
        return cut;
    }

    /// What a log lost.
    ///
    /// @param partition `topic-partition`
    /// @param offset the first one that is gone
    /// @param bytes that are left
    /// @param kept records that are left
    record Loss(String partition, long offset, int bytes, int kept) {}

    private static Path largest(Path broker, String topic) throws IOException {
        Path largest = null;
        try (var files = Files.walk(broker)) {
            for (var file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
                if (folderOf(file).matches(topic + "-[0-9]+")
                        && (largest == null || Files.size(file) > Files.size(largest))) {
                    largest = file;
                }
            }
        }
        assertThat(largest).as("a log of " + topic).isNotNull();
        return Objects.requireNonNull(largest);
    }

    private static void deleteWhatFollows(Path folder, long offset) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var name = String.valueOf(file.getFileName());
                boolean isIndex = name.endsWith("index");
                boolean isSnapshot =
                        name.endsWith(".snapshot")
                                && Long.parseLong(name.substring(0, name.indexOf('.'))) > offset;
                if (isIndex || isSnapshot) {
                    Files.delete(file);
                }
            }
        }
    }

    /// The only segment of a topic that holds a text.
    private static Path segment(Path broker, String topic, String text) throws IOException {
        var found = new ArrayList<Path>();
        try (var files = Files.walk(broker)) {
            for (var file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
                if (folderOf(file).matches(topic + "-[0-9]+")
                        && text(Files.readAllBytes(file)).contains(text)) {
                    found.add(file);
                }
            }
        }
        assertThat(found).as("segments with " + text).hasSize(1);
        return found.getFirst();
    }

    private static String folderOf(Path file) {
        var folder = file.getParent();
        return folder == null ? "" : String.valueOf(folder.getFileName());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
