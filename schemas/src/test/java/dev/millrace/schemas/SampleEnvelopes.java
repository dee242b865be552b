package dev.millrace.schemas;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Sensitivity;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.task.Priority;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.WorkTopics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Envelopes of every topic, the same for the same seed.
public final class SampleEnvelopes {

    private final Random random;
    private final SampleMessages messages;

    public SampleEnvelopes(long seed) {
        this.random = new Random(seed);
        this.messages = new SampleMessages(random);
    }

    /// Every topic of the catalogue, and one of the queues of work for all of them.
    public static List<Topic<?>> topics() {
        var all = new ArrayList<>(Topics.events());
        all.add(WorkTopics.of("echo", Priority.NORMAL));
        return all;
    }

    /// One envelope for each message a topic may hold, and a sealed one.
    public <P extends Message> List<Envelope<P>> each(Topic<P> topic) {
        var all = new ArrayList<Envelope<P>>();
        for (var kind : kinds(topic.vocabulary())) {
            var message = topic.vocabulary().cast(messages.message(kind));
            all.add(around(message.type(), new Payload.Clear<>(message)));
        }
        all.add(around("dev.millrace.sealed", sealed()));
        return all;
    }

    /// A random envelope around a payload.
    public <P extends Message> Envelope<P> around(String type, Payload<P> payload) {
        return new Envelope<>(
                messages.uuid(),
                type,
                Instant.ofEpochSecond(
                        random.nextLong(-60_000_000_000L, 200_000_000_000L),
                        random.nextInt(1_000_000_000)),
                "tenant " + messages.text(),
                messages.textOrNull(),
                labels(),
                new Actor("actor " + messages.text(), any(Actor.Proof.values())),
                new Site("12D3KooW" + random.nextInt(1_000), messages.uuid()),
                random.nextBoolean() ? messages.uuid() : null,
                messages.uuid(),
                trace(),
                payload);
    }

    /// The records that a vocabulary permits, however deep; itself if it is one.
    public static List<Class<?>> kinds(Class<?> vocabulary) {
        if (!vocabulary.isSealed()) {
            return List.of(vocabulary);
        }
        return Arrays.stream(vocabulary.getPermittedSubclasses())
                .flatMap(permitted -> kinds(permitted).stream())
                .toList();
    }

    private <P extends Message> Payload.Sealed<P> sealed() {
        return new Payload.Sealed<>(
                messages.text(), "A256GCM", bytes(12), bytes(random.nextInt(500)));
    }

    private Bytes bytes(int length) {
        var content = new byte[length];
        random.nextBytes(content);
        return Bytes.copyOf(content);
    }

    private Labels labels() {
        var tags = new ArrayList<String>();
        for (int i = random.nextInt(5); i > 0; i--) {
            tags.add("tag=" + random.nextInt(100));
        }
        return Labels.of(any(Sensitivity.values()), tags);
    }

    private @Nullable Trace trace() {
        if (random.nextBoolean()) {
            return null;
        }
        var id = messages.digest().hex();
        return new Trace(
                "00-" + id.substring(0, 32) + "-" + id.substring(32, 48) + "-01",
                random.nextBoolean() ? "" : "vendor=" + StandardCharsets.UTF_8.name());
    }

    private <T> T any(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
