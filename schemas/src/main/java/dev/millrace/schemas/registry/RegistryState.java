package dev.millrace.schemas.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that a registry knows: the fold of its log.
///
/// Total: whatever the log holds can be applied, and applying a compacted log gives the same as the
/// whole one. Safe for use by many threads; an entry is seen entirely or not at all.
final class RegistryState {

    private final NavigableMap<String, NavigableMap<Integer, SchemaVersion>> subjects =
            new TreeMap<>();
    private final Map<Integer, String> texts = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, CompatibilityLevel> levels = new HashMap<>();
    private @Nullable CompatibilityLevel commonLevel;
    private int highestId;

    synchronized void apply(LogEntry entry) {
        switch (entry) {
            case LogEntry.Stored(SchemaVersion stored) -> store(stored);
            case LogEntry.Erased(String subject, int version) -> erase(subject, version);
            case LogEntry.SubjectHidden(String subject, int last) -> hide(subject, last);
            case LogEntry.LevelSet(String subject, CompatibilityLevel level) ->
                    setLevel(subject, level);
            case LogEntry.LevelCleared(String subject) -> setLevel(subject, null);
            case LogEntry.IdsTaken(int id) -> highestId = Math.max(highestId, id);
        }
    }

    /// All subjects, in order.
    synchronized List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    /// All versions of a subject, oldest first, hidden ones too; empty if it is unknown.
    synchronized List<SchemaVersion> versions(String subject) {
        var versions = subjects.get(subject);
        return versions == null ? List.of() : List.copyOf(versions.values());
    }

    /// All versions that an id stands for, hidden ones too, in the order of subjects.
    synchronized List<SchemaVersion> uses(int id) {
        return subjects.values().stream()
                .flatMap(versions -> versions.values().stream())
                .filter(version -> version.id() == id)
                .toList();
    }

    /// The schema of an id; null if there is none.
    synchronized @Nullable String text(int id) {
        return texts.get(id);
    }

    /// The id of a schema: its own if it has one, else the next free one.
    synchronized int idFor(String text) {
        var known = ids.get(text);
        return known == null ? highestId + 1 : known;
    }

    /// The highest id ever given out; 0 if none was.
    synchronized int highestId() {
        return highestId;
    }

    /// The level set for a subject, or for all if `subject` is null; null if none was set.
    synchronized @Nullable CompatibilityLevel level(@Nullable String subject) {
        return subject == null ? commonLevel : levels.get(subject);
    }

    private void store(SchemaVersion stored) {
        var replaced =
                subjects.computeIfAbsent(stored.subject(), _ -> new TreeMap<>())
                        .put(stored.version(), stored);
        texts.put(stored.id(), stored.text());
        ids.putIfAbsent(stored.text(), stored.id());
        highestId = Math.max(highestId, stored.id());
        if (replaced != null && replaced.id() != stored.id()) {
            forgetUnused(replaced);
        }
    }

    private void erase(String subject, int version) {
        var versions = subjects.get(subject);
        var erased = versions == null ? null : versions.remove(version);
        if (versions != null && versions.isEmpty()) {
            subjects.remove(subject);
        }
        if (erased != null) {
            forgetUnused(erased);
        }
    }

    private void forgetUnused(SchemaVersion gone) {
        if (uses(gone.id()).isEmpty()) {
            texts.remove(gone.id());
            ids.remove(gone.text(), gone.id());
        }
    }

    private void hide(String subject, int last) {
        var versions = subjects.get(subject);
        if (versions != null) {
            versions.headMap(last, true).replaceAll((_, version) -> version.asHidden());
        }
    }

    private void setLevel(@Nullable String subject, @Nullable CompatibilityLevel level) {
        if (subject == null) {
            commonLevel = level;
        } else if (level == null) {
            levels.remove(subject);
        } else {
            levels.put(subject, level);
        }
    }
}
