package dev.millrace.schemas.registry.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.jspecify.annotations.Nullable;

/// What a subject asks of a new schema, in the words of Confluent's API.
///
/// Avro's own checker judges. A transitive level compares with every earlier version, the others
/// with the latest one alone.
enum CompatibilityLevel {
    /// Anything goes.
    NONE(false, false, false),
    /// Readers of the new schema understand what was written with the old one.
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    /// Readers of the old schema understand what is written with the new one.
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    /// Both.
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean newReadsOld;
    private final boolean oldReadsNew;
    private final boolean isTransitive;

    CompatibilityLevel(boolean newReadsOld, boolean oldReadsNew, boolean isTransitive) {
        this.newReadsOld = newReadsOld;
        this.oldReadsNew = oldReadsNew;
        this.isTransitive = isTransitive;
    }

    /// The level of that name, in any case; null if there is none.
    static @Nullable CompatibilityLevel named(String name) {
        for (var level : values()) {
            if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        return null;
    }

    /// Those of the earlier versions, oldest first, that a new one must get along with.
    List<SchemaVersion> compared(List<SchemaVersion> earlier) {
        return isTransitive || earlier.isEmpty() ? earlier : List.of(earlier.getLast());
    }

    /// Why `candidate` may not follow a version, one sentence a fault; empty if it may.
    List<String> faults(Schema candidate, int version, Schema old) {
        var faults = new ArrayList<String>();
        if (newReadsOld) {
            faults.addAll(
                    unreadable(candidate, old, "the new schema cannot read version " + version));
        }
        if (oldReadsNew) {
            faults.addAll(
                    unreadable(
                            old, candidate, "version " + version + " cannot read the new schema"));
        }
        return List.copyOf(faults);
    }

    private static List<String> unreadable(Schema reader, Schema writer, String what) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(fault ->
                        "%s: %s at %s: %s"
                                .formatted(
                                        what,
                                        fault.getType(),
                                        fault.getLocation(),
                                        fault.getMessage()))
                .toList();
    }
}
