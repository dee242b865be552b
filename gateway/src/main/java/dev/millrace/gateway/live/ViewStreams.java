package dev.millrace.gateway.live;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.live.LiveStreams.SourceOf;
import dev.millrace.gateway.live.RowFeed.Rows;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.rows.RowAnswers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Streams of rows: a view, or one row of it, by a caller who would have it as it changes.
///
/// Safe for use by many threads.
public final class ViewStreams {

    private static final List<String> NOT_OF_STREAMS =
            List.of("limit", "token", "count", "as_of", "stale");

    private final LiveStreams streams;
    private final ViewReads reads;

    public ViewStreams(LiveStreams streams, Views views) {
        this.streams = streams;
        this.reads = new ViewReads(views);
    }

    /// Answers with a stream of the rows that filters take.
    ///
    /// @throws InvalidQuery if the view cannot be followed
    /// @throws ProblemException if there are too many
    public CompletionStage<Answer> open(Call call, String view, Map<String, String> filters)
            throws InvalidQuery, UnknownView {
        return open(call, view, filters, null);
    }

    /// Answers with a stream of one row, which need not be there yet.
    ///
    /// @throws InvalidQuery if the view cannot be followed
    /// @throws ProblemException if there are too many
    public CompletionStage<Answer> open(Call call, String view, String key)
            throws InvalidQuery, UnknownView {
        return open(call, view, Map.of(), key);
    }

    private CompletionStage<Answer> open(
            Call call, String name, Map<String, String> filters, @Nullable String key)
            throws InvalidQuery, UnknownView {
        for (var other : NOT_OF_STREAMS) {
            if (call.query().containsKey(other)) {
                throw new InvalidQuery(other + ": not of a stream (expected: none)");
            }
        }
        var view = FollowedView.of(name);
        if (view == FollowedView.TASK_HISTORY && key == null && !filters.containsKey("task")) {
            throw new InvalidQuery("filter: task is missing (expected: a task id)");
        }
        var feed =
                new RowFeed(
                        reads,
                        view,
                        call.tenant(),
                        filters,
                        "true".equals(call.text("reverse")),
                        RowAnswers.fields(call, name),
                        key);
        var last = StreamRequest.lastEventId(call);
        var from = last == null ? null : Call.parsed(last.name(), last.id(), ViewPlace::parse);
        var after = RowAnswers.after(call);
        streams.requireRoom(true);
        return streams.broadcast()
                .thenCompose(shared ->
                        source(shared, feed, from, after)
                                .thenApply(source -> streams.answer(shared, true, source)));
    }

    ViewReads reads() {
        return reads;
    }

    /// What a stream tells.
    ///
    /// @param from what the client has; null if that is nothing
    /// @param after the view is to have come there before its first page is read
    CompletionStage<SourceOf> source(
            Broadcast shared, RowFeed feed, @Nullable ViewPlace from, Position after) {
        Selection selection;
        try {
            selection = selection(shared.layout(), feed);
        } catch (ViewUnavailable notYet) {
            return CompletableFuture.failedStage(notYet);
        }
        shared.include(selection.topics());
        return (from == null || (from.token() == null && feed.view().isSummary())
                        ? begun(selection, feed, after)
                        : resumed(shared, selection, feed, from))
                .thenApply(begin ->
                        (stream, outlet, turns) ->
                                source(shared, selection, feed, begin, stream, outlet, turns));
    }

    private static Selection selection(Layout layout, RowFeed feed) throws ViewUnavailable {
        var view = feed.view();
        var key = view.partitionedBy(feed.filters(), feed.key());
        var partitions = new HashSet<LogPartition>();
        for (var topic : view.topics()) {
            int count = layout.partitionsOf(topic.name());
            if (count == 0) {
                throw new ViewUnavailable(
                        view.view(), "there is no topic " + topic.name() + " yet");
            }
            if (key == null) {
                partitions.addAll(Selection.wholeTopics(layout, Set.of(topic.name())));
            } else {
                partitions.add(new LogPartition(topic.name(), topic.partition(key, count)));
            }
        }
        return new Selection(layout, partitions);
    }

    /// Where a stream begins.
    ///
    /// @param start the first page to be told; null if the client has them all
    /// @param page the token that it was asked with
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Begin(
            long[] place, Position position, @Nullable Rows start, String page, boolean isNew) {}

    private CompletionStage<Begin> begun(Selection selection, RowFeed feed, Position after) {
        return feed.page(null, after)
                .thenCompose(rows -> {
                    if (feed.view().isSummary() && rows.next() != null) {
                        return CompletableFuture.failedFuture(
                                new InvalidQuery(
                                        "view: %s has too many rows to be followed (expected: filters that leave fewer)"
                                                .formatted(feed.view().view())));
                    }
                    return streams.log()
                            .bounds(selection.partitions())
                            .thenApply(bounds ->
                                    new Begin(
                                            begin(selection, rows.position(), bounds.earliest()),
                                            rows.position(),
                                            rows,
                                            "",
                                            true));
                });
    }

    /// Behind what the view has read, or where the log begins, if all the view has read is gone.
    private static long[] begin(
            Selection selection, Position read, Map<LogPartition, Long> earliest) {
        return selection.join(
                selection.place(next(read, selection), earliest),
                selection.place(earliest, earliest));
    }

    private CompletionStage<Begin> resumed(
            Broadcast shared, Selection selection, RowFeed feed, ViewPlace from) {
        return streams.resumed(shared, selection, from.next())
                .thenCompose(place -> {
                    var token = from.token();
                    if (token == null) {
                        return CompletableFuture.completedFuture(
                                new Begin(place, Position.START, null, "", false));
                    }
                    return streams.log()
                            .bounds(selection.partitions())
                            .thenCompose(bounds -> {
                                var position =
                                        position(selection.offsets(place), bounds.earliest());
                                return feed.page(token.isEmpty() ? null : token, position)
                                        .thenApply(rows ->
                                                new Begin(
                                                        place,
                                                        position,
                                                        rows,
                                                        token,
                                                        token.isEmpty()));
                            });
                });
    }

    private static Map<LogPartition, Long> next(Position position, Selection selection) {
        var next = new HashMap<LogPartition, Long>();
        for (var partition : selection.partitions()) {
            long read = position.offset(partition.topic(), partition.partition());
            if (read >= 0) {
                next.put(partition, read + 1);
            }
        }
        return next;
    }

    /// Up to where a view has read that had come to a place; where the log begins it may have read
    /// nothing.
    private static Position position(
            Map<LogPartition, Long> next, Map<LogPartition, Long> earliest) {
        var position = Position.START;
        for (var one : next.entrySet()) {
            var partition = one.getKey();
            if (one.getValue() > earliest.getOrDefault(partition, 0L)) {
                position =
                        position.with(partition.topic(), partition.partition(), one.getValue() - 1);
            }
        }
        return position;
    }

    private Source source(
            Broadcast shared,
            Selection selection,
            RowFeed feed,
            Begin begin,
            LiveStream stream,
            Outlet outlet,
            Turns turns) {
        var cursor =
                new Cursor(
                        streams.log(),
                        shared.ring(),
                        turns,
                        selection,
                        EventFilter.all(feed.tenant()),
                        begin.place(),
                        stream::run,
                        stream::signal);
        return new RowSource(
                stream,
                outlet,
                cursor,
                feed,
                turns,
                begin.position(),
                begin.start(),
                begin.page(),
                begin.isNew());
    }
}
