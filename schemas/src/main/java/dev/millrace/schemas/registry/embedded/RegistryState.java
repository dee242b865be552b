package dev.millrace.schemas.registry.embedded;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that a registry knows: the fold of its log.
///
/// Total: whatever the log holds can be applied, and applying a compacted log gives the same as the
/// whole one. Safe for use by many threads; an entry is seen entirely or not at all.
final class RegistryState {

    private final NavigableMap<String, NavigableMap<Integer, SchemaVersion>> subjects =
            new TreeMap<>();
    private final Map<String, Ids> ids = new HashMap<>();
    private final NavigableSet<String> contexts = new TreeSet<>();
    private final Map<String, CompatibilityLevel> levels = new HashMap<>();
    private @Nullable CompatibilityLevel commonLevel;

    synchronized void apply(LogEntry entry) {
        switch (entry) {
            case LogEntry.Stored(SchemaVersion stored) -> store(stored);
            case LogEntry.Erased(String subject, int version) -> erase(subject, version);
            case LogEntry.SubjectHidden(String subject, int last) -> hide(subject, last);
            case LogEntry.LevelSet(String subject, CompatibilityLevel level) ->
                    setLevel(subject, level);
            case LogEntry.LevelCleared(String subject) -> setLevel(subject, null);
            case LogEntry.ContextUsed(String context) -> contexts.add(context);
            case LogEntry.IdsTaken(String context, int id) -> ids(context).take(id);
        }
    }

    /// All subjects, in order.
    synchronized List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    /// All contexts that were ever registered in, but for the default one, in order.
    synchronized List<String> contexts() {
        return List.copyOf(contexts);
    }

    /// All versions of a subject, oldest first, hidden ones too; empty if it is unknown.
    synchronized List<SchemaVersion> versions(String subject) {
        var versions = subjects.get(subject);
        return versions == null ? List.of() : List.copyOf(versions.values());
    }

    /// One version, hidden or not; null if there is none.
    synchronized @Nullable SchemaVersion version(String subject, int version) {
        var versions = subjects.get(subject);
        return versions == null ? null : versions.get(version);
    }

    /// All versions that an id stands for in a context, hidden ones too, in the order of subjects.
    synchronized List<SchemaVersion> uses(String context, int id) {
        return all().filter(version ->
                        version.id() == id
                                && SubjectName.contextOf(version.subject()).equals(context))
                .toList();
    }

    /// All versions, none of them hidden, that use the types of a version.
    synchronized List<SchemaVersion> referrers(String subject, int version) {
        return all().filter(other -> !other.hidden() && other.refersTo(subject, version)).toList();
    }

    /// The schema of an id; null if there is none.
    synchronized @Nullable SchemaText text(String context, int id) {
        return ids(context).texts.get(id);
    }

    /// The id of a schema: its own if it has one, else the next free one.
    synchronized int idFor(String context, SchemaText text) {
        var known = ids(context).numbers.get(text);
        return known == null ? ids(context).highest + 1 : known;
    }

    /// The highest id ever given out in a context; 0 if none was.
    synchronized int highestId(String context) {
        return ids(context).highest;
    }

    /// The level set for a subject or context, or for all if `subject` is null; null if none was
    /// set.
    synchronized @Nullable CompatibilityLevel level(@Nullable String subject) {
        return subject == null ? commonLevel : levels.get(subject);
    }

    /// How many schemas have an id, in all contexts together.
    synchronized int schemaCount() {
        return ids.values().stream().mapToInt(ofContext -> ofContext.texts.size()).sum();
    }

    /// How many subjects have a version that is not hidden.
    synchronized int subjectCount() {
        return (int)
                subjects.values().stream()
                        .filter(versions ->
                                versions.values().stream().anyMatch(version -> !version.hidden()))
                        .count();
    }

    private Stream<SchemaVersion> all() {
        return subjects.values().stream().flatMap(versions -> versions.values().stream());
    }

    private Ids ids(String context) {
        return ids.computeIfAbsent(context, _ -> new Ids());
    }

    private void store(SchemaVersion stored) {
        var replaced =
                subjects.computeIfAbsent(stored.subject(), _ -> new TreeMap<>())
                        .put(stored.version(), stored);
        var context = SubjectName.contextOf(stored.subject());
        if (!context.equals(SubjectName.DEFAULT_CONTEXT)) {
            contexts.add(context);
        }
        ids(context).put(stored.id(), stored.schema());
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
        var context = SubjectName.contextOf(gone.subject());
        if (uses(context, gone.id()).isEmpty()) {
            ids(context).remove(gone.id(), gone.schema());
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

    /// The ids of one context.
    private static final class Ids {

        private final Map<Integer, SchemaText> texts = new HashMap<>();
        private final Map<SchemaText, Integer> numbers = new HashMap<>();
        private int highest;

        void put(int id, SchemaText text) {
            texts.put(id, text);
            numbers.putIfAbsent(text, id);
            take(id);
        }

        void remove(int id, SchemaText text) {
            texts.remove(id);
            numbers.remove(text, id);
        }

        void take(int id) {
            highest = Math.max(highest, id);
        }
    }
}
