package dev.millrace.gateway.access;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Who may call an operation, as the contract declares it.
public sealed interface AccessRule {

    /// Anyone, without a token.
    record Public() implements AccessRule {}

    /// Whoever has one of these roles.
    record AnyOf(Set<Role> roles) implements AccessRule {
        public AnyOf {
            roles = Set.copyOf(roles);
        }

        /// Whether one of the principal's roles is among them.
        public boolean allows(Principal principal) {
            return !Collections.disjoint(roles, principal.roles());
        }
    }

    /// Reads the rule of an operation: `x-millrace-roles`, or `x-millrace-public: true`.
    ///
    /// @throws IllegalStateException if there is none, or both: an operation without a rule must not
    ///   be served
    static AccessRule of(String operationId, JsonObject operation) {
        boolean isPublic = Boolean.TRUE.equals(operation.getValue("x-millrace-public"));
        var names = operation.getJsonArray("x-millrace-roles", new JsonArray());
        if (isPublic == !names.isEmpty()) {
            throw new IllegalStateException(
                    "operation "
                            + operationId
                            + ": no single access rule (expected: x-millrace-roles with at least"
                            + " one role, or x-millrace-public: true)");
        }
        if (isPublic) {
            return new Public();
        }
        var roles = EnumSet.noneOf(Role.class);
        names.forEach(name -> roles.add(Role.ofWireName(String.valueOf(name))));
        return new AnyOf(roles);
    }
}
