package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.RecordContent;
import dev.millrace.domain.audit.bundle.Shown;
import dev.millrace.domain.event.Bytes;
import java.util.ArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What a record is in the tree of its partition.
final class Leaves {

    /// Headers that begin so say where a copy of a record came from, and are no part of it.
    static final String COPY_PREFIX = "millrace-copy-";

    private Leaves() {}

    static Leaf of(AuditedPartition partition, ConsumerRecord<byte[], byte[]> record) {
        return new Leaf(
                partition.topicId(),
                partition.partition(),
                record.offset(),
                record.timestamp(),
                content(record).digest());
    }

    static Shown.Whole whole(ConsumerRecord<byte[], byte[]> record) {
        return new Shown.Whole(record.offset(), record.timestamp(), content(record));
    }

    private static RecordContent content(ConsumerRecord<byte[], byte[]> record) {
        var headers = new ArrayList<RecordContent.Header>();
        for (var header : record.headers()) {
            if (!header.key().startsWith(COPY_PREFIX)) {
                headers.add(new RecordContent.Header(header.key(), bytes(header.value())));
            }
        }
        return new RecordContent(bytes(record.key()), bytes(record.value()), headers);
    }

    private static @Nullable Bytes bytes(byte @Nullable [] content) {
        return content == null ? null : Bytes.copyOf(content);
    }
}
