package dev.millrace.search.lucene;

import dev.millrace.domain.search.Model;
import dev.millrace.domain.view.Position;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a commit of the index says of itself, in Lucene's commit user data, so that it becomes
/// durable together with the documents or not at all.
///
/// @param applied how far of `embeddings` the commit holds
/// @param reported how far the reports of earlier commits are known to be in `index-reports`
/// @param model of every vector in the index
record CommitNote(Position applied, Position reported, Model model) {

    /* Raised whenever a field's name, type or analysis changes: an older index is then refused. */
    private static final String SCHEMA = "1";

    private static final String SCHEMA_KEY = "millrace.schema";
    private static final String DIMENSIONS_KEY = "millrace.dimensions";
    private static final String MODEL_KEY = "millrace.model";
    private static final String VERSION_KEY = "millrace.model.version";
    private static final String APPLIED_KEY = "millrace.applied";
    private static final String REPORTED_KEY = "millrace.reported";

    /* When commits did not name their model yet, there was no other. */
    private static final String FIRST_MODEL = "hashed-ngrams";
    private static final String FIRST_VERSION = "1";

    static CommitNote first(Model model) {
        return new CommitNote(Position.START, Position.START, model);
    }

    CommitNote at(Position newlyApplied, Position newlyReported) {
        return new CommitNote(newlyApplied, newlyReported, model);
    }

    Map<String, String> entries() {
        return Map.of(
                SCHEMA_KEY, SCHEMA,
                DIMENSIONS_KEY, Integer.toString(model.dimensions()),
                MODEL_KEY, model.name(),
                VERSION_KEY, model.version(),
                APPLIED_KEY, applied.toString(),
                REPORTED_KEY, reported.toString());
    }

    /// Reads what [#entries] wrote.
    ///
    /// @throws IndexUnusable if the commit was written by another version or by another program
    static CommitNote read(Path folder, Map<String, String> entries) throws IndexUnusable {
        var schema = entries.get(SCHEMA_KEY);
        if (!SCHEMA.equals(schema)) {
            throw IndexUnusable.rebuild(
                    folder, "its schema is " + schema + " (expected: " + SCHEMA + ")", null);
        }
        try {
            return new CommitNote(
                    Position.parse(entry(entries, APPLIED_KEY)),
                    Position.parse(entry(entries, REPORTED_KEY)),
                    new Model(
                            entries.getOrDefault(MODEL_KEY, FIRST_MODEL),
                            entries.getOrDefault(VERSION_KEY, FIRST_VERSION),
                            Integer.parseInt(entry(entries, DIMENSIONS_KEY))));
        } catch (IllegalArgumentException malformed) {
            throw IndexUnusable.rebuild(folder, "its commit note is malformed", malformed);
        }
    }

    private static String entry(Map<String, String> entries, String key) {
        @Nullable String value = entries.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key + ": missing");
        }
        return value;
    }
}
