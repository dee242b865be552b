package dev.millrace.schemas.registry.embedded;

import dev.millrace.schemas.registry.RegistryUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// What a registry does, without HTTP: reads from memory, writes through its log.
///
/// A write reads the log to its end, decides, appends, and answers once the log has handed the
/// change back: whoever was answered reads the change here, and after a restart.
///
/// Other registries may write to the log. What never changes, a schema by its id or its version, is
/// answered from memory, with the log away too, and is said not to be there only once the log was
/// read to its end. What may change, lists and levels, is as it was at most
/// [LogFollower#MOST_STALE] ago. Where the log would have to be read and is silent, a read fails
/// with [RegistryUnavailable], as a write does. Safe for use by many threads.
final class Registry implements AutoCloseable {

    /// What a subject asks when nobody said otherwise: every record ever written stays readable.
    static final CompatibilityLevel DEFAULT_LEVEL = CompatibilityLevel.BACKWARD_TRANSITIVE;

    private final RegistryState state = new RegistryState();
    private final SchemaReader reader = new SchemaReader(state);
    private final LogFollower log;

    /// @param nanoClock by which the log is read now and then; never goes back
    Registry(RegistryLog log, LongSupplier nanoClock, RegistryMeters meters) {
        this.log = new LogFollower(log, state, nanoClock, meters);
    }

    /// Shows what it knows, from here on; of several with the same meters, the first one does.
    void show(RegistryMeters meters) {
        meters.show(state, log);
    }

    /// Reads the log to its end. Comes before everything else.
    void open() throws RegistryUnavailable {
        log.open();
    }

    @Override
    public void close() {
        log.close();
    }

    /// Reads the log unless that was done in the last second.
    void catchUp() throws RegistryUnavailable {
        log.catchUpIfStale();
    }

    /// All subjects that have a version to show.
    List<String> subjects(boolean withHidden) throws RegistryUnavailable {
        log.catchUpIfStale();
        return state.subjects().stream()
                .filter(subject -> !versionsOrNone(subject, withHidden).isEmpty())
                .toList();
    }

    /// The versions of a subject, oldest first.
    List<SchemaVersion> versions(String subject, boolean withHidden)
            throws RegistryFault, RegistryUnavailable {
        return log.recent(() -> versionsOrFault(subject, withHidden));
    }

    /// One version of a subject.
    SchemaVersion version(String subject, VersionName name, boolean withHidden)
            throws RegistryFault, RegistryUnavailable {
        LogFollower.Read<SchemaVersion> read = () -> versionOrFault(subject, name, withHidden);
        return name.isLatest() ? log.recent(read) : log.known(read);
    }

    /// All contexts, the default one first.
    List<String> contexts() throws RegistryUnavailable {
        log.catchUpIfStale();
        return contextsSoFar();
    }

    private List<String> contextsSoFar() {
        var all = new ArrayList<>(List.of(SubjectName.DEFAULT_CONTEXT));
        all.addAll(state.contexts());
        return List.copyOf(all);
    }

    /// The schema of an id.
    ///
    /// @param where as for [#contextOf]
    SchemaText schema(int id, SubjectName where) throws RegistryFault, RegistryUnavailable {
        return log.known(() -> schemaOrFault(id, where));
    }

    private SchemaText schemaOrFault(int id, SubjectName where) throws RegistryFault {
        var schema = state.text(contextOf(id, where), id);
        if (schema == null) {
            throw RegistryFault.noId(id);
        }
        return schema;
    }

    /// The highest id given out so far in a context.
    int highestId(SubjectName where) throws RegistryUnavailable {
        log.catchUpIfStale();
        return state.highestId(where.context());
    }

    /// Where a schema is used.
    ///
    /// @param where as for [#contextOf]
    List<SchemaVersion> uses(int id, SubjectName where, boolean withHidden)
            throws RegistryFault, RegistryUnavailable {
        return log.recent(() -> {
            schemaOrFault(id, where);
            return state.uses(contextOf(id, where), id).stream()
                    .filter(version -> withHidden || !version.hidden())
                    .toList();
        });
    }

    /// The ids of the schemas that use the types of a version.
    List<Integer> referrers(String subject, VersionName name)
            throws RegistryFault, RegistryUnavailable {
        return log.recent(() -> {
            var referred = versionOrFault(subject, name, true);
            return state.referrers(subject, referred.version()).stream()
                    .map(SchemaVersion::id)
                    .distinct()
                    .sorted()
                    .toList();
        });
    }

    /// The version under which a subject has a schema.
    SchemaVersion find(String subject, SchemaText text, boolean withHidden)
            throws RegistryFault, RegistryUnavailable {
        return log.known(() -> {
            var versions = versionsOrFault(subject, withHidden);
            var found = findOrNull(versions, reader.read(subject, text).text());
            if (found == null) {
                throw RegistryFault.noSchema();
            }
            return found;
        });
    }

    /// Registers a schema and returns its id; one that the subject has keeps the id it has.
    int register(String subject, SchemaText text) throws RegistryFault, RegistryUnavailable {
        requireName(subject);
        // A reference may be to what another registry has just written, so this may be too early.
        if (text.references().isEmpty()) {
            var known =
                    findOrNull(versionsOrNone(subject, false), reader.read(subject, text).text());
            if (known != null) {
                return known.id();
            }
        }
        return log.writing(() -> {
            var read = reader.read(subject, text);
            var versions = state.versions(subject);
            var live = versionsOrNone(subject, false);
            var found = findOrNull(live, read.text());
            if (found != null) {
                return found.id();
            }
            var faults = faults(subject, read.schema(), live);
            if (!faults.isEmpty()) {
                throw RegistryFault.incompatible(subject, faults);
            }
            int version = versions.isEmpty() ? 1 : versions.getLast().version() + 1;
            var context = SubjectName.contextOf(subject);
            int id = state.idFor(context, read.text());
            var entries = new ArrayList<LogEntry>();
            if (!contextsSoFar().contains(context)) {
                entries.add(new LogEntry.ContextUsed(context));
            }
            entries.add(
                    new LogEntry.Stored(
                            new SchemaVersion(subject, version, id, read.text(), false)));
            log.append(entries);
            return id;
        });
    }

    /// Why a schema may not follow all earlier ones of a subject; empty if it may.
    List<String> faults(String subject, SchemaText text) throws RegistryFault, RegistryUnavailable {
        return log.recent(() ->
                faults(
                        subject,
                        reader.read(subject, text).schema(),
                        versionsOrNone(subject, false)));
    }

    /// Why a schema may not follow one version of a subject; empty if it may.
    List<String> faults(String subject, VersionName name, SchemaText text)
            throws RegistryFault, RegistryUnavailable {
        return log.recent(() -> {
            var schema = reader.read(subject, text).schema();
            var compared = name.in(versionsOrNone(subject, false));
            if (compared.isEmpty() && !name.isLatest()) {
                throw RegistryFault.noVersion(name.toString());
            }
            return faults(subject, schema, compared.stream().toList());
        });
    }

    /// Hides all versions of a subject, or erases them if they are hidden; returns their numbers.
    List<Integer> deleteSubject(String subject, boolean permanently)
            throws RegistryFault, RegistryUnavailable {
        return log.writing(() -> {
            var all = versionsOrFault(subject, true);
            var live = versionsOrNone(subject, false);
            if (permanently && !live.isEmpty()) {
                throw RegistryFault.subjectNotHidden(subject);
            }
            if (!permanently && live.isEmpty()) {
                throw RegistryFault.subjectHidden(subject);
            }
            for (var doomed : permanently ? all : live) {
                requireUnreferred(doomed);
            }
            if (permanently) {
                erase(all);
                return numbers(all);
            }
            append(
                    new LogEntry.SubjectHidden(subject, live.getLast().version()),
                    new LogEntry.LevelCleared(subject));
            return numbers(live);
        });
    }

    /// Hides one version, or erases it if it is hidden; returns its number.
    int deleteVersion(String subject, VersionName name, boolean permanently)
            throws RegistryFault, RegistryUnavailable {
        return log.writing(() -> {
            var doomed = versionOrFault(subject, name, permanently || !name.isLatest());
            requireUnreferred(doomed);
            if (permanently && !doomed.hidden()) {
                throw RegistryFault.versionNotHidden(subject, doomed.version());
            }
            if (!permanently && doomed.hidden()) {
                throw RegistryFault.versionHidden(subject, doomed.version());
            }
            if (permanently) {
                erase(List.of(doomed));
                return doomed.version();
            }
            var hidden = new LogEntry.Stored(doomed.asHidden());
            if (versionsOrNone(subject, false).size() == 1) {
                append(hidden, new LogEntry.LevelCleared(subject));
            } else {
                append(hidden);
            }
            return doomed.version();
        });
    }

    /// The level for all subjects that have none of their own.
    CompatibilityLevel level() throws RegistryUnavailable {
        log.catchUpIfStale();
        return commonLevel();
    }

    private CompatibilityLevel commonLevel() {
        return Objects.requireNonNullElse(state.level(null), DEFAULT_LEVEL);
    }

    /// A subject's or context's own level.
    ///
    /// @param orInherited whether to answer with the level that holds for it when it has none
    CompatibilityLevel level(String subject, boolean orInherited)
            throws RegistryFault, RegistryUnavailable {
        return log.recent(() -> {
            var own = state.level(subject);
            if (own == null && !orInherited) {
                throw RegistryFault.noLevel(subject);
            }
            return own == null ? levelFor(subject) : own;
        });
    }

    /// Sets a level.
    ///
    /// @param subject a subject or a context; null for all of the default context that have none of
    ///   their own
    void setLevel(@Nullable String subject, CompatibilityLevel level)
            throws RegistryFault, RegistryUnavailable {
        if (subject != null && !SubjectName.parse(subject).isContext()) {
            requireName(subject);
        }
        log.writing(() -> {
            append(new LogEntry.LevelSet(subject, level));
            return level;
        });
    }

    /// Takes a level back and returns what it was.
    ///
    /// @param subject as for [#setLevel]
    CompatibilityLevel clearLevel(@Nullable String subject)
            throws RegistryFault, RegistryUnavailable {
        return log.writing(() -> {
            var before = subject == null ? commonLevel() : state.level(subject);
            if (before == null) {
                throw RegistryFault.noSubject(Objects.requireNonNull(subject));
            }
            append(new LogEntry.LevelCleared(subject));
            return before;
        });
    }

    private CompatibilityLevel levelFor(String subject) {
        var own = state.level(subject);
        if (own != null) {
            return own;
        }
        var name = SubjectName.parse(subject);
        return name.isInDefault()
                ? commonLevel()
                : Objects.requireNonNullElse(state.level(name.contextText()), DEFAULT_LEVEL);
    }

    private List<String> faults(String subject, Schema candidate, List<SchemaVersion> earlier)
            throws RegistryFault {
        var level = levelFor(subject);
        var faults = new ArrayList<String>();
        for (var version : level.compared(earlier)) {
            faults.addAll(level.faults(candidate, version.version(), reader.read(version)));
        }
        return List.copyOf(faults);
    }

    /// The context in which an id is to be looked up.
    ///
    /// @param where a context; or a subject, as readers of its topic ask: then the context in which
    ///   it has that id, its own or, if it names none, any
    private String contextOf(int id, SubjectName where) throws RegistryFault {
        if (where.isContext() || isUsed(id, where)) {
            return where.context();
        }
        if (!where.isInDefault()) {
            throw RegistryFault.noId(id);
        }
        return state.contexts().stream()
                .filter(context -> isUsed(id, where.from(context)))
                .findFirst()
                .orElse(SubjectName.DEFAULT_CONTEXT);
    }

    private boolean isUsed(int id, SubjectName subject) {
        return state.versions(subject.toString()).stream().anyMatch(version -> version.id() == id);
    }

    private void requireUnreferred(SchemaVersion doomed) throws RegistryFault {
        if (!state.referrers(doomed.subject(), doomed.version()).isEmpty()) {
            throw RegistryFault.referred(doomed.subject(), doomed.version());
        }
    }

    private List<SchemaVersion> versionsOrFault(String subject, boolean withHidden)
            throws RegistryFault {
        var versions = versionsOrNone(subject, withHidden);
        if (versions.isEmpty()) {
            throw RegistryFault.noSubject(subject);
        }
        return versions;
    }

    private SchemaVersion versionOrFault(String subject, VersionName name, boolean withHidden)
            throws RegistryFault {
        if (state.versions(subject).isEmpty()) {
            throw RegistryFault.noSubject(subject);
        }
        return name.in(versionsOrNone(subject, withHidden))
                .orElseThrow(() -> RegistryFault.noVersion(name.toString()));
    }

    private List<SchemaVersion> versionsOrNone(String subject, boolean withHidden) {
        return state.versions(subject).stream()
                .filter(version -> withHidden || !version.hidden())
                .toList();
    }

    private static @Nullable SchemaVersion findOrNull(
            List<SchemaVersion> versions, SchemaText canonical) {
        return versions.reversed().stream()
                .filter(version -> version.schema().equals(canonical))
                .findFirst()
                .orElse(null);
    }

    private static List<Integer> numbers(List<SchemaVersion> versions) {
        return versions.stream().map(SchemaVersion::version).toList();
    }

    private static void requireName(String subject) throws RegistryFault {
        if (!SubjectName.parse(subject).isValid()) {
            throw RegistryFault.invalidSubject(
                    "The specified subject '%s' is not valid (expected: a name, or :.context:name, not blank and without control characters)"
                            .formatted(subject));
        }
    }

    private void erase(List<SchemaVersion> versions) throws RegistryUnavailable, WriterReplaced {
        var entries = new ArrayList<LogEntry>();
        var context = SubjectName.contextOf(versions.getFirst().subject());
        entries.add(new LogEntry.IdsTaken(context, state.highestId(context)));
        for (var version : versions) {
            entries.add(new LogEntry.Erased(version.subject(), version.version()));
        }
        log.append(entries);
    }

    private void append(LogEntry... entries) throws RegistryUnavailable, WriterReplaced {
        log.append(List.of(entries));
    }
}
