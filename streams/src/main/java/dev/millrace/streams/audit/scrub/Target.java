package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TileReader;
import org.jspecify.annotations.Nullable;

/// One tree that a pass looks at.
///
/// @param head of its partition; null for the site's own log, whose entries are states
/// @param size how many entries were signed
/// @param root over them, as it was signed
/// @param hasRecords whether there are records to compare with
record Target(
        @Nullable PartitionHead head, TileReader tree, long size, Hash root, boolean hasRecords) {

    static final String SITE_LOG = "site-log";

    /// Names it over restarts.
    String key() {
        return head == null ? SITE_LOG : key(head);
    }

    static String key(PartitionHead head) {
        return "%s/%s/%d/%d"
                .formatted(head.topic(), head.topicId(), head.partition(), head.epoch());
    }
}
