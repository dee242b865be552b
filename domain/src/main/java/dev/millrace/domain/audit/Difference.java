package dev.millrace.domain.audit;

import dev.millrace.domain.event.Digest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One place where the log, or what is stored of a tree, is not what was signed.
///
/// @param topic null where it is the site's own log of states
/// @param partition of the topic; 0 for the site's own log
/// @param offset of the record; for [Kind#TREE], of the first one that the damaged part of the tree
///   is of. The number of the state for the site's own log
/// @param expected the digest of the content that was signed; null if there is none, or it is not
///   known
/// @param found the digest of what is there now; likewise
public record Difference(
        @Nullable String topic,
        int partition,
        long offset,
        Kind kind,
        @Nullable Digest expected,
        @Nullable Digest found) {

    public Difference {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "difference: partition %d, offset %d (expected: 0 or more)"
                            .formatted(partition, offset));
        }
    }

    /// What differs.
    public enum Kind {
        /// The record holds something else, or has another time.
        CHANGED("is not the record that was signed"),
        /// The log has no such record, though it has later ones.
        MISSING("was signed, and is not in the log"),
        /// The log has a record between two neighbours that were signed.
        ADDED("is in the log between records that were signed, and was not there"),
        /// The log does not give the record out.
        UNREADABLE("was signed, and the log cannot be read there"),
        /// The record may be right: its tree is not what was signed.
        TREE("begins a part of the tree that is not what was signed"),
        /// Something that this version knows no word for.
        OTHER("differs");

        private final String what;

        Kind(String what) {
            this.what = what;
        }

        /// The name on the wire, for instance `changed`.
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The kind a wire name stands for; [#OTHER] for that of a newer version.
        public static Kind ofWireName(String name) {
            for (var kind : values()) {
                if (kind.wireName().equals(name)) {
                    return kind;
                }
            }
            return OTHER;
        }
    }

    /// `topic-partition@offset`, or `site log@number`.
    public String place() {
        return (topic == null ? "site log" : topic + "-" + partition) + "@" + offset;
    }

    /// The place and what is wrong there, for people.
    public String sentence() {
        return place() + " " + kind.what;
    }
}
