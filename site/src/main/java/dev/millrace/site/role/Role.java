package dev.millrace.site.role;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// What a process does for its site. `dev` does all of it in one; a distributed site is one process
/// or more of each, which meet in Kafka's topics.
public enum Role {
    /// Keeps the log, where no other Kafka does.
    BROKER,
    /// Keeps the schemas, where no other Schema Registry does.
    REGISTRY,
    /// Gives each command its one outcome.
    DECIDE,
    /// Folds the log into the views and answers from them.
    VIEWS,
    /// Takes documents in and cuts them.
    DOCUMENTS,
    /// Embeds chunks.
    WORKER,
    /// Keeps a search index and answers from it.
    SEARCH,
    /// Signs the history and shows evidence of it; one process of a site does.
    AUDIT,
    /// Serves the HTTP API.
    GATEWAY;

    /// All that a site consists of.
    public static final Set<Role> ALL = Collections.unmodifiableSet(EnumSet.allOf(Role.class));

    /// As people write it: `gateway`.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Reads what [#text] writes.
    ///
    /// @throws IllegalArgumentException if it is none of them
    public static Role parse(String text) {
        return Arrays.stream(values())
                .filter(role -> role.text().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "role: %s (expected: one of %s)"
                                        .formatted(
                                                text,
                                                String.join(
                                                        ", ",
                                                        new TreeSet<>(
                                                                ALL.stream()
                                                                        .map(Role::text)
                                                                        .toList())))));
    }

    @Override
    public String toString() {
        return text();
    }
}
