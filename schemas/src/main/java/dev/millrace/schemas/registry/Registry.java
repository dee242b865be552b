package dev.millrace.schemas.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/// What a registry does, without HTTP: reads from memory, writes through its log.
///
/// A write reads the log to its end, decides, appends, and answers once the log has handed the
/// change back: whoever was answered reads the change here, and after a restart. Reads go on while
/// the log is away. Safe for use by many threads; writes come one at a time and wait for each other
/// at most [#WRITE_WAIT].
final class Registry implements AutoCloseable {

    /// What a subject asks when nobody said otherwise: every record ever written stays readable.
    static final CompatibilityLevel DEFAULT_LEVEL = CompatibilityLevel.BACKWARD_TRANSITIVE;

    static final Duration WRITE_WAIT = Duration.ofSeconds(10);

    private final ReentrantLock writer = new ReentrantLock();
    private final RegistryState state = new RegistryState();
    private final RegistryLog log;

    Registry(RegistryLog log) {
        this.log = log;
    }

    /// Reads the log to its end. Comes before everything else.
    void open() throws RegistryUnavailable {
        lock();
        try {
            log.read(state::apply);
        } finally {
            writer.unlock();
        }
    }

    @Override
    public void close() {
        writer.lock();
        try {
            log.close();
        } finally {
            writer.unlock();
        }
    }

    /// All subjects that have a version to show.
    List<String> subjects(boolean withHidden) {
        return state.subjects().stream()
                .filter(subject -> !versionsOrNone(subject, withHidden).isEmpty())
                .toList();
    }

    /// The versions of a subject, oldest first.
    List<SchemaVersion> versions(String subject, boolean withHidden) throws RegistryFault {
        var versions = versionsOrNone(subject, withHidden);
        if (versions.isEmpty()) {
            throw RegistryFault.noSubject(subject);
        }
        return versions;
    }

    /// One version of a subject.
    SchemaVersion version(String subject, VersionName name, boolean withHidden)
            throws RegistryFault {
        if (state.versions(subject).isEmpty()) {
            throw RegistryFault.noSubject(subject);
        }
        return name.in(versionsOrNone(subject, withHidden))
                .orElseThrow(() -> RegistryFault.noVersion(name.toString()));
    }

    /// The schema of an id.
    String text(int id) throws RegistryFault {
        var text = state.text(id);
        if (text == null) {
            throw RegistryFault.noId(id);
        }
        return text;
    }

    /// The highest id given out so far.
    int highestId() {
        return state.highestId();
    }

    /// Where a schema is used.
    List<SchemaVersion> uses(int id, boolean withHidden) throws RegistryFault {
        text(id);
        return state.uses(id).stream().filter(version -> withHidden || !version.hidden()).toList();
    }

    /// The version under which a subject has a schema.
    SchemaVersion find(String subject, String text, boolean withHidden) throws RegistryFault {
        var found = findOrNull(versions(subject, withHidden), parsed(text).toString());
        if (found == null) {
            throw RegistryFault.noSchema();
        }
        return found;
    }

    /// Registers a schema and returns its id; one that the subject has keeps the id it has.
    int register(String subject, String text) throws RegistryFault, RegistryUnavailable {
        requireName(subject);
        var schema = parsed(text);
        var canonical = schema.toString();
        var known = findOrNull(versionsOrNone(subject, false), canonical);
        if (known != null) {
            return known.id();
        }
        return writing(() -> {
            var versions = state.versions(subject);
            var live = versionsOrNone(subject, false);
            var found = findOrNull(live, canonical);
            if (found != null) {
                return found.id();
            }
            var faults = levelFor(subject).faults(schema, live);
            if (!faults.isEmpty()) {
                throw RegistryFault.incompatible(subject, faults);
            }
            int version = versions.isEmpty() ? 1 : versions.getLast().version() + 1;
            int id = state.idFor(canonical);
            append(new LogEntry.Stored(new SchemaVersion(subject, version, id, canonical, false)));
            return id;
        });
    }

    /// Why a schema may not follow all earlier ones of a subject; empty if it may.
    List<String> faults(String subject, String text) throws RegistryFault {
        return levelFor(subject).faults(parsed(text), versionsOrNone(subject, false));
    }

    /// Why a schema may not follow one version of a subject; empty if it may.
    List<String> faults(String subject, VersionName name, String text) throws RegistryFault {
        var schema = parsed(text);
        var compared = name.in(versionsOrNone(subject, false));
        if (compared.isEmpty() && !name.isLatest()) {
            throw state.versions(subject).isEmpty()
                    ? RegistryFault.noSubject(subject)
                    : RegistryFault.noVersion(name.toString());
        }
        return levelFor(subject).faults(schema, compared.stream().toList());
    }

    /// Hides all versions of a subject, or erases them if they are hidden; returns their numbers.
    List<Integer> deleteSubject(String subject, boolean permanently)
            throws RegistryFault, RegistryUnavailable {
        return writing(() -> {
            var all = versions(subject, true);
            var live = versionsOrNone(subject, false);
            if (permanently && !live.isEmpty()) {
                throw RegistryFault.subjectNotHidden(subject);
            }
            if (!permanently && live.isEmpty()) {
                throw RegistryFault.subjectHidden(subject);
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
        return writing(() -> {
            var doomed = version(subject, name, permanently || !name.isLatest());
            if (permanently && !doomed.hidden()) {
                throw RegistryFault.versionNotHidden(subject, doomed.version());
            }
            if (!permanently && doomed.hidden()) {
                throw RegistryFault.versionHidden(subject, doomed.version());
            }
            if (permanently) {
                erase(List.of(doomed));
            } else {
                append(new LogEntry.Stored(doomed.asHidden()));
            }
            return doomed.version();
        });
    }

    /// The level for all subjects that have none of their own.
    CompatibilityLevel level() {
        return Objects.requireNonNullElse(state.level(null), DEFAULT_LEVEL);
    }

    /// A subject's own level.
    CompatibilityLevel level(String subject, boolean orCommon) throws RegistryFault {
        var own = state.level(subject);
        if (own == null && !orCommon) {
            throw RegistryFault.noLevel(subject);
        }
        return own == null ? level() : own;
    }

    /// Sets a level.
    ///
    /// @param subject null for all that have none of their own
    void setLevel(@Nullable String subject, CompatibilityLevel level)
            throws RegistryFault, RegistryUnavailable {
        if (subject != null) {
            requireName(subject);
        }
        writing(() -> {
            append(new LogEntry.LevelSet(subject, level));
            return level;
        });
    }

    /// Takes a level back and returns what it was.
    ///
    /// @param subject as for [#setLevel]
    CompatibilityLevel clearLevel(@Nullable String subject)
            throws RegistryFault, RegistryUnavailable {
        return writing(() -> {
            var before = subject == null ? level() : state.level(subject);
            if (before == null) {
                throw RegistryFault.noSubject(Objects.requireNonNull(subject));
            }
            append(new LogEntry.LevelCleared(subject));
            return before;
        });
    }

    private CompatibilityLevel levelFor(String subject) {
        return Objects.requireNonNullElseGet(state.level(subject), this::level);
    }

    private List<SchemaVersion> versionsOrNone(String subject, boolean withHidden) {
        return state.versions(subject).stream()
                .filter(version -> withHidden || !version.hidden())
                .toList();
    }

    private static @Nullable SchemaVersion findOrNull(
            List<SchemaVersion> versions, String canonical) {
        return versions.reversed().stream()
                .filter(version -> version.text().equals(canonical))
                .findFirst()
                .orElse(null);
    }

    private static List<Integer> numbers(List<SchemaVersion> versions) {
        return versions.stream().map(SchemaVersion::version).toList();
    }

    private static Schema parsed(String text) throws RegistryFault {
        try {
            return new Schema.Parser().parse(text);
        } catch (SchemaParseException malformed) {
            throw RegistryFault.invalidSchema(
                    "Invalid schema of type AVRO, details: " + malformed.getMessage());
        }
    }

    private static void requireName(String subject) throws RegistryFault {
        if (subject.isBlank() || subject.startsWith(":")) {
            throw RegistryFault.invalidSubject(
                    "The specified subject '%s' is not valid (expected: a name that is not blank and does not start with ':'; contexts are not supported)"
                            .formatted(subject));
        }
    }

    private void erase(List<SchemaVersion> versions) throws RegistryUnavailable {
        var entries = new ArrayList<LogEntry>();
        entries.add(new LogEntry.IdsTaken(state.highestId()));
        for (var version : versions) {
            entries.add(new LogEntry.Erased(version.subject(), version.version()));
        }
        log.append(entries, state::apply);
    }

    private void append(LogEntry... entries) throws RegistryUnavailable {
        log.append(List.of(entries), state::apply);
    }

    private <T> T writing(Write<T> write) throws RegistryFault, RegistryUnavailable {
        lock();
        try {
            log.readToWrite(state::apply);
            return write.run();
        } finally {
            writer.unlock();
        }
    }

    private void lock() throws RegistryUnavailable {
        try {
            if (!writer.tryLock(WRITE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RegistryUnavailable("another write took longer than " + WRITE_WAIT, null);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailable("interrupted", stopped);
        }
    }

    /// A decision that may append, made while nobody else writes.
    @FunctionalInterface
    private interface Write<T> {
        T run() throws RegistryFault, RegistryUnavailable;
    }
}
