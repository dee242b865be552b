package dev.millrace.gateway.access;

import dev.millrace.domain.event.Actor;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Whoever a token stands for.
///
/// @param name for people
/// @param tenant whose part of the site the principal sees
/// @param actor what the events that follow from its requests carry
public record Principal(String name, String tenant, Set<Role> roles, Actor actor) {

    public Principal {
        var copy = EnumSet.noneOf(Role.class);
        copy.addAll(roles);
        roles = Collections.unmodifiableSet(copy);
    }
}
