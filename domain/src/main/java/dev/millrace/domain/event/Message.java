package dev.millrace.domain.event;

/// One word of a topic's vocabulary: what an [Envelope] carries when its payload is in the clear.
public interface Message {

    /// The CloudEvents `type`, for instance `dev.millrace.task.submitted`. Never changes once a
    /// record with it has been written.
    String type();
}
