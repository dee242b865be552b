package dev.millrace.domain.kind;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All kinds of task that a site knows: a fold of what was said of them. Immutable.
///
/// Versions of a kind follow each other without a gap. Of two records for one version the first
/// counts, so that whoever reads them comes to the same end; what does not fit is passed over. The
/// built-in kinds are in every catalogue, and no record changes them.
///
/// It has as many names, versions and schemas as [#judge] lets in, give or take what several
/// writers append at once.
public final class KindCatalogue {

    /// The most names that are let in.
    public static final int MOST_NAMES = 1_000;

    /// The most versions of one kind that are let in.
    public static final int MOST_VERSIONS = 1_000;

    /// The most that all schemas together may hold, in characters.
    public static final int MOST_CHARACTERS = 64 * 1024 * 1024;

    /// The built-in kinds, and no others.
    public static final KindCatalogue BUILT_IN = builtIn();

    private final Map<String, History> histories;
    private final long weight;

    private KindCatalogue(Map<String, History> histories, long weight) {
        this.histories = histories;
        this.weight = weight;
    }

    private static KindCatalogue builtIn() {
        var histories = new TreeMap<String, History>();
        for (var kind : BuiltInKinds.ALL) {
            histories.put(kind.name(), new History(List.of(kind), 0));
        }
        return new KindCatalogue(histories, 0);
    }

    /// The catalogue after one more record; itself if the record counts for nothing.
    public KindCatalogue with(TaskKindEvent event) {
        return with(List.of(event));
    }

    /// The catalogue after some more records, in their order.
    public KindCatalogue with(Collection<? extends TaskKindEvent> events) {
        var next = new TreeMap<>(histories);
        long more = 0;
        boolean isChanged = false;
        for (var event : events) {
            var before = next.getOrDefault(event.name(), History.NONE);
            var after = BuiltInKinds.isBuiltIn(event.name()) ? before : before.with(event);
            if (!after.equals(before)) {
                isChanged = true;
                next.put(event.name(), after);
                more += event instanceof TaskKindEvent.Registered(var kind) ? kind.weight() : 0;
            }
        }
        return isChanged ? new KindCatalogue(next, weight + more) : this;
    }

    /// The newest version of a kind; null if there is no such kind, or it was retired.
    public @Nullable TaskKind find(String name) {
        return history(name).newest();
    }

    /// The newest version of a kind, retired or not; null if there never was such a kind.
    public @Nullable TaskKind newest(String name) {
        var versions = versions(name);
        return versions.isEmpty() ? null : versions.getLast();
    }

    /// One version of a kind, retired or not; null if there is none.
    public @Nullable TaskKind find(String name, int version) {
        var versions = history(name).versions;
        return version >= 1 && version <= versions.size() ? versions.get(version - 1) : null;
    }

    /// All versions of a kind, the first one first; empty if there never was such a kind.
    public List<TaskKind> versions(String name) {
        return history(name).versions;
    }

    /// The newest version of every kind that is not retired, by name.
    public List<TaskKind> kinds() {
        var kinds = new ArrayList<TaskKind>();
        for (var history : histories.values()) {
            var newest = history.newest();
            if (newest != null) {
                kinds.add(newest);
            }
        }
        return List.copyOf(kinds);
    }

    /// The version that a kind's next registration has; 1 for a new kind.
    public int nextVersion(String name) {
        return history(name).versions.size() + 1;
    }

    /// Names like one that is not there, for whoever may have mistyped it: at most three, the
    /// nearest first.
    public List<String> near(String name) {
        return NearNames.of(name, kinds().stream().map(TaskKind::name).toList());
    }

    /// What would come of registering a kind now.
    public Verdict judge(TaskKind kind) {
        var name = kind.name();
        if (BuiltInKinds.isBuiltIn(name)) {
            return new Verdict.Refused(
                    "name: %s is built in (expected: another name)".formatted(name));
        }
        var standing = find(name, kind.version());
        if (standing != null) {
            return standing.equals(kind)
                    ? new Verdict.Known(standing)
                    : new Verdict.Refused(
                            "version: %d of %s is taken (expected: %d, the next)"
                                    .formatted(kind.version(), name, nextVersion(name)));
        }
        if (kind.version() != nextVersion(name)) {
            return new Verdict.Refused(
                    "version: %d of %s (expected: %d, the next)"
                            .formatted(kind.version(), name, nextVersion(name)));
        }
        if (kind.version() > MOST_VERSIONS) {
            return new Verdict.Refused(
                    "version: %d of %s (expected: at most %,d versions of a kind)"
                            .formatted(kind.version(), name, MOST_VERSIONS));
        }
        if (kind.version() == 1 && histories.size() >= MOST_NAMES) {
            return new Verdict.Refused(
                    "name: %s (expected: at most %,d kinds, which there are)"
                            .formatted(name, MOST_NAMES));
        }
        if (weight + kind.weight() > MOST_CHARACTERS) {
            return new Verdict.Refused(
                    "the schemas of all kinds would hold %,d characters (expected: at most %,d)"
                            .formatted(weight + kind.weight(), MOST_CHARACTERS));
        }
        return new Verdict.New();
    }

    private History history(String name) {
        return histories.getOrDefault(name, History.NONE);
    }

    /// What would come of a registration.
    public sealed interface Verdict {

        /// It is the next version.
        record New() implements Verdict {}

        /// That version is there, with the same content.
        record Known(TaskKind kind) implements Verdict {}

        /// It would count for nothing.
        ///
        /// @param why for people: what is at fault, and what is expected
        record Refused(String why) implements Verdict {}
    }

    /// All versions of one kind.
    ///
    /// @param retired how many of them are not offered any more
    private record History(List<TaskKind> versions, int retired) {

        private static final History NONE = new History(List.of(), 0);

        History with(TaskKindEvent event) {
            return switch (event) {
                case TaskKindEvent.Registered(var kind) -> {
                    if (kind.version() != versions.size() + 1) {
                        yield this;
                    }
                    var more = new ArrayList<>(versions);
                    more.add(kind);
                    yield new History(List.copyOf(more), retired);
                }
                case TaskKindEvent.Retired _ ->
                        versions.isEmpty() ? this : new History(versions, versions.size());
            };
        }

        @Nullable TaskKind newest() {
            return versions.size() > retired ? versions.getLast() : null;
        }
    }
}
