package dev.millrace.gateway.access;

import java.util.Locale;

/// What a caller may do; each operation of the contract names the roles that may call it.
public enum Role {
    /// Everything.
    ADMIN,
    /// Runs the site: submits, reads, and replays the log.
    OPERATOR,
    /// Submits documents and tasks, and reads what became of them.
    PUBLISHER,
    /// Reads views and searches.
    READER,
    /// Reads views and the log.
    AUDITOR,
    /// Does work.
    WORKER;

    /// The name in the contract and in JSON, for instance `admin`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The role a name stands for.
    ///
    /// @throws IllegalArgumentException if there is none, since a rule with a typing error must not
    ///   pass for a rule
    public static Role ofWireName(String name) {
        for (var role : values()) {
            if (role.wireName().equals(name)) {
                return role;
            }
        }
        throw new IllegalArgumentException(
                "role: " + name + " (expected: admin, operator, publisher, reader, auditor, worker)");
    }
}
