package dev.millrace.site.runtime;

import dev.millrace.site.role.Role;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The roles that this process has.
record Roles(Set<Role> all) {

    Roles {
        all = Set.copyOf(all);
    }

    /// A name for the file of this process's log lines: `millrace`, or what it does.
    String logName() {
        return all.size() > 4
                ? "millrace"
                : new TreeSet<>(all).stream().map(Role::text).collect(Collectors.joining("-"));
    }

    /// Whether this process needs no other.
    boolean isWholeSite() {
        return all.equals(Role.ALL);
    }

    /// Whether one of them embeds texts.
    boolean needModel() {
        return has(Role.WORKER) || has(Role.SEARCH);
    }

    boolean has(Role role) {
        return all.contains(role);
    }
}
