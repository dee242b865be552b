package dev.millrace.domain.kind;

import dev.millrace.domain.event.Message;

/// What was said of a kind of task. [KindCatalogue] decides what it counts for. On the wire:
/// `task-kind-event.avsc`, keyed by the kind's name.
public sealed interface TaskKindEvent extends Message {

    /// The name of the kind.
    String name();

    /// There is a new version of a kind.
    record Registered(TaskKind kind) implements TaskKindEvent {
        @Override
        public String name() {
            return kind.name();
        }

        @Override
        public String type() {
            return "dev.millrace.kind.registered";
        }
    }

    /// A kind is not offered any more, in none of the versions it has by now. A version that is
    /// registered later brings it back.
    ///
    /// @param why for people; may be empty
    record Retired(String name, String why) implements TaskKindEvent {
        @Override
        public String type() {
            return "dev.millrace.kind.retired";
        }
    }
}
