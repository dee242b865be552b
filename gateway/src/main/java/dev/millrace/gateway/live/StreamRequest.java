package dev.millrace.gateway.live;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.contract.Call;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a client asks a stream for.
///
/// @param topics full names
/// @param isByName whether the caller named them, rather than meaning all there are
record StreamRequest(Set<Topic<?>> topics, boolean isByName, EventFilter filter, From from) {

    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T23:59:59Z");
    private static final String EVENT_ID = "Last-Event-ID";
    private static final String EVENT_ID_IN_QUERY = "last_event_id";

    /// Where a stream begins.
    sealed interface From {
        /// With what comes from now on.
        record Latest() implements From {}

        /// With the first that is in the log.
        record Earliest() implements From {}

        /// With what was written then or later.
        record Since(Instant time) implements From {}

        /// With what is not read yet.
        ///
        /// @param next of partitions that are not in it everything is read
        record At(Map<LogPartition, Long> next) implements From {
            public At {
                next = Map.copyOf(next);
            }
        }
    }

    static StreamRequest of(Call call) throws InvalidQuery {
        for (var notHere : List.of("limit", "after")) {
            if (call.query().containsKey(notHere)) {
                throw new InvalidQuery(notHere + ": not of a stream (expected: from, or none)");
            }
        }
        var key = key(call);
        var named = call.text("topic");
        return new StreamRequest(
                named == null ? topicsWith(key, call.text("task") != null) : named(named),
                named != null,
                new EventFilter(
                        call.tenant(),
                        key,
                        EventFilter.types(call.text("type")),
                        call.text("actor")),
                from(call));
    }

    private static @Nullable String key(Call call) throws InvalidQuery {
        var key = call.text("key");
        var task = call.text("task");
        if (task == null) {
            return key;
        }
        var id = Call.parsed("task", task, TaskId::parse).toString();
        if (key != null && !key.equals(id)) {
            throw new InvalidQuery("task: not the key (expected: one of the two)");
        }
        return id;
    }

    private static Set<Topic<?>> topicsWith(@Nullable String key, boolean isTask)
            throws InvalidQuery {
        var topics =
                Topics.events().stream()
                        .filter(topic -> !isTask || topic.key().equals("task"))
                        .filter(topic -> key == null || topic.isKey(key))
                        .collect(Collectors.<Topic<?>>toSet());
        if (topics.isEmpty()) {
            throw new InvalidQuery(
                    "key: no topic has such keys (expected: the id of a task, a document or a chunk,"
                            + " or a kind; or name the topic)");
        }
        return topics;
    }

    private static Set<Topic<?>> named(String names) throws InvalidQuery {
        var topics = new LinkedHashSet<Topic<?>>();
        for (var name : names.split(",", -1)) {
            var topic = Topics.named(name);
            if (topic == null) {
                throw new InvalidQuery(
                        "topic: %s (expected: some of %s)"
                                .formatted(
                                        name, Topics.events().stream().map(Topic::name).toList()));
            }
            topics.add(topic);
        }
        return topics;
    }

    /// A client that comes back names the last event it has, with the address it began with.
    private static From from(Call call) {
        var last = lastEventId(call);
        if (last != null) {
            return new From.At(Call.parsed(last.name(), last.id(), EventId::parse));
        }
        var from = call.text("from");
        return from == null ? new From.Latest() : Call.parsed("from", from, StreamRequest::from);
    }

    /// The id that a client comes back with: in the header, or where it can send none, in the
    /// query; null if it has none.
    static @Nullable LastId lastEventId(Call call) {
        for (var name : List.of(EVENT_ID, EVENT_ID_IN_QUERY)) {
            var id = call.text(name);
            if (id != null && !id.isEmpty()) {
                return new LastId(name, id);
            }
        }
        return null;
    }

    /// @param name of the header or parameter that it came in
    record LastId(String name, String id) {}

    private static From from(String text) {
        if (text.equals("latest")) {
            return new From.Latest();
        }
        if (text.equals("earliest")) {
            return new From.Earliest();
        }
        try {
            if (text.contains("@")) {
                return new From.At(next(Position.parse(text)));
            }
            return text.contains(":")
                    ? new From.Since(time(text))
                    : new From.At(EventId.parse(text));
        } catch (DateTimeParseException | IllegalArgumentException none) {
            throw new IllegalArgumentException(
                    "%s (expected: latest, earliest, the id of an event, a position, or a time such as"
                                    .formatted(text)
                            + " 2026-11-22T12:00:00Z)");
        }
    }

    /// @throws IllegalArgumentException if no record can be of that time
    private static Instant time(String text) {
        var time = Instant.parse(text);
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST_MOMENT)) {
            throw new IllegalArgumentException(text);
        }
        return time;
    }

    private static Map<LogPartition, Long> next(Position position) {
        var next = new HashMap<LogPartition, Long>();
        position.offsets()
                .forEach((name, offset) -> next.put(LogPartition.parse(name), offset + 1));
        return next;
    }

    /// What is read for it: of a key only the partition that it is in.
    Selection selection(Layout layout) throws InvalidQuery, ViewUnavailable {
        var names = topics.stream().map(Topic::name).collect(Collectors.toSet());
        var absent = names.stream().filter(name -> layout.partitionsOf(name) == 0).toList();
        if (isByName && !absent.isEmpty()) {
            throw new ViewUnavailable("events", "there is no topic " + absent.getFirst() + " yet");
        }
        absent.forEach(names::remove);
        var partitions =
                filter.key() == null
                        ? Selection.wholeTopics(layout, names)
                        : partitionsOf(filter.key(), layout);
        if (partitions.isEmpty()) {
            throw new ViewUnavailable("events", "there is none of the topics yet");
        }
        try {
            return new Selection(layout, partitions);
        } catch (IllegalArgumentException tooMany) {
            throw new InvalidQuery(Objects.requireNonNull(tooMany.getMessage()));
        }
    }

    private Set<LogPartition> partitionsOf(String key, Layout layout) {
        return topics.stream()
                .filter(topic -> layout.partitionsOf(topic.name()) > 0)
                .map(topic ->
                        new LogPartition(
                                topic.name(),
                                topic.partition(key, layout.partitionsOf(topic.name()))))
                .collect(Collectors.toSet());
    }
}
