package dev.millrace.domain.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What every record of Millrace carries around its payload. Topics are kept for ever, so this is
/// never repaired: fields may be added with a default, none may go or change.
///
/// @param id UUIDv7, or v8 where it is derived from its cause
/// @param type the CloudEvents type of the payload, readable though the payload be sealed
/// @param time the writer's clock, in whole microseconds; it orders nothing, offsets do
/// @param tenant whose part of the site this belongs to
/// @param subject whose personal data this is, the handle for erasure; null if nobody's
/// @param labels what policies decide by
/// @param actor who caused it, and how we know
/// @param site the site that wrote it
/// @param causation the record this one follows from; null for the first of its kind
/// @param correlation the same for everything that follows from one request
/// @param trace null when the request was not traced
/// @param <P> the topic's vocabulary
public record Envelope<P extends Message>(
        UUID id,
        String type,
        Instant time,
        String tenant,
        @Nullable String subject,
        Labels labels,
        Actor actor,
        Site site,
        @Nullable UUID causation,
        UUID correlation,
        @Nullable Trace trace,
        Payload<P> payload) {

    /// The tenant of a site that has only one.
    public static final String DEFAULT_TENANT = "default";

    public Envelope {
        time = time.truncatedTo(ChronoUnit.MICROS);
    }

    /// An envelope with a payload in the clear that begins a story of its own.
    public static <P extends Message> Envelope<P> first(
            UUID id,
            Instant time,
            String tenant,
            Labels labels,
            Actor actor,
            Site site,
            P message) {
        return new Envelope<>(
                id,
                message.type(),
                time,
                tenant,
                null,
                labels,
                actor,
                site,
                null,
                id,
                null,
                new Payload.Clear<>(message));
    }

    /// An envelope for something that follows from this record: same tenant, subject, labels,
    /// correlation and trace, caused by it.
    public <Q extends Message> Envelope<Q> following(
            UUID newId, Instant at, Actor by, Site where, Q message) {
        return new Envelope<>(
                newId,
                message.type(),
                at,
                tenant,
                subject,
                labels,
                by,
                where,
                id,
                correlation,
                trace,
                new Payload.Clear<>(message));
    }

    /// The same as part of a longer story, about the data that this is about.
    public Envelope<P> partOf(UUID story, @Nullable String newSubject) {
        return with(newSubject, labels, story);
    }

    /// The same about another's data: under that subject, with labels at least as strict as both.
    /// Of tags that are too many together, the other's stay.
    public Envelope<P> ownedBy(@Nullable String newSubject, Labels atLeast) {
        return with(newSubject, atLeast.joinIfItFits(labels), correlation);
    }

    private Envelope<P> with(@Nullable String newSubject, Labels newLabels, UUID newCorrelation) {
        return new Envelope<>(
                id,
                type,
                time,
                tenant,
                newSubject,
                newLabels,
                actor,
                site,
                causation,
                newCorrelation,
                trace,
                payload);
    }

    /// The message if it is in the clear; null if it is sealed or unknown here.
    public @Nullable P messageOrNull() {
        return payload instanceof Payload.Clear<P>(P message) ? message : null;
    }
}
