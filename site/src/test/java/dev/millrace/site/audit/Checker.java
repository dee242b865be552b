package dev.millrace.site.audit;

import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Looks for what a site promises and does not hold.
///
/// It reads the log with plain consumers, the index from its folder and the views over HTTP, and
/// folds the log by itself:
///
/// - every command and report has exactly one outcome, and a task's versions have no gap;
/// - every accepted document is in `documents` once, in exactly the chunks that its text is cut
///   into, each of them with exactly one vector and one entry in the index, and its task succeeded;
/// - the same holds for each document that nobody was told was accepted, if it is in the log;
/// - the views `tasks`, `task-history`, `task-counts`, `documents`, `throughput`, `workers`,
///   `usage` and `models` are what a direct fold of the log makes of them.
///
/// It presumes that no document was submitted under two tasks, and that the log began less than 24
/// hours ago: `throughput` forgets what is older. The site must be running and have nothing left to
/// do; the checker waits for a view that is behind, for three minutes.
public final class Checker {

    private static final int MOST_TRIES = 10;

    private final String bootstrapServers;
    private final EventSerdes serdes;
    private final Path index;
    private final ViewCheck views;

    private Checker(String bootstrapServers, EventSerdes serdes, Path index, ViewCheck views) {
        this.bootstrapServers = bootstrapServers;
        this.serdes = serdes;
        this.index = index;
        this.views = views;
    }

    /// A checker of a site.
    ///
    /// @param registry the address of its Schema Registry
    /// @param index the folder of its search index
    /// @param views reads its gateway as somebody who sees everything of the default tenant
    public static Checker of(String bootstrapServers, URI registry, Path index, ViewSource views) {
        return new Checker(
                bootstrapServers,
                new EventSerdes(new ConfluentSchemaStore(registry)),
                index,
                new ViewCheck(views));
    }

    /// All that is wrong; empty for a sound site.
    ///
    /// @param accepted every document whose submitter saw a 202
    /// @throws IllegalStateException if the log keeps growing meanwhile
    public List<Violation> violations(Collection<AcceptedDocument> accepted)
            throws IOException, InterruptedException {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            var log = LogCopy.of(bootstrapServers, serdes);
            var violations = new ArrayList<Violation>();
            violations.addAll(OutcomeCheck.of(log));
            violations.addAll(DocumentCheck.of(log, IndexCopy.of(index), accepted));
            violations.addAll(views.of(log));
            if (log.isAll(bootstrapServers)) {
                return List.copyOf(violations);
            }
        }
        throw new IllegalStateException("the site still works: its log keeps growing");
    }
}
