package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Actor;

/// An actor as rows show it.
///
/// @param proof the wire name, for instance `oidc`
public record Who(String id, String proof) {

    static Who of(Actor actor) {
        return new Who(actor.id(), actor.proof().wireName());
    }
}
