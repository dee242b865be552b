package dev.millrace.gateway.work;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.gateway.commands.Outcome;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.WriteGate;
import dev.millrace.gateway.work.Claimed.Granted;
import dev.millrace.gateway.work.Claimed.Unclear;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Hands work out: what is taken out of a queue is claimed first, and only what `decide` grants is
/// answered.
///
/// ```
/// take ──▶ started ──▶ granted? ──▶ yes: the queue forgets it, and it is answered
///   ▲                     ├───────▶ no: the queue forgets it
///   │                     └───────▶ unknown: given back, and the queue hands it out again
///   └── is there time left, and more wanted?
/// ```
///
/// Whoever goes away gives back what was granted in the meantime. Safe for use by many threads.
final class Claims {

    /// As many requests may wait for work at once.
    static final int MOST_WAITING = 1_000;

    /* Once there is something, more is looked for, but not for long. */
    private static final long MORE_NANOS = Duration.ofSeconds(2).toNanos();

    private static final int RETRY_SECONDS = 1;
    private static final int UUID_TAIL = 24;

    private final WorkSource source;
    private final Reporter reporter;
    private final ItemsJson json;
    private final WriteGate writes;
    private final Supplier<UUID> ids;
    private final Executor threads;
    private final Map<Long, CompletableFuture<List<TakenItem>>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean closing;

    /// @param writes may close while somebody waits for work
    /// @param ids makes what workers' names are told apart by
    /// @param threads where blobs may be waited for
    Claims(
            WorkSource source,
            Reporter reporter,
            ItemsJson json,
            WriteGate writes,
            Supplier<UUID> ids,
            Executor threads) {
        this.source = source;
        this.reporter = reporter;
        this.json = json;
        this.writes = writes;
        this.ids = ids;
        this.threads = threads;
    }

    /// Claims work, and waits for it.
    ///
    /// @return is to be cancelled when nobody wants it any more
    CompletableFuture<Answer> claim(Call call, ClaimRequest request) {
        var answer = new CompletableFuture<Answer>();
        var claiming = new Claiming(call, request, answer);
        var _ =
                claiming.round()
                        .whenCompleteAsync(
                                (granted, failure) -> {
                                    if (failure == null) {
                                        answer(call, granted, answer);
                                    } else {
                                        answer.completeExceptionally(Reporter.problem(failure));
                                    }
                                },
                                threads);
        return answer;
    }

    /// From now on nobody waits for work: there is none.
    void close() {
        closing = true;
        waiting.values().forEach(one -> one.complete(List.of()));
    }

    private CompletableFuture<List<TakenItem>> take(
            ClaimRequest request, int most, Duration wait, CompletableFuture<Answer> answer) {
        if (waiting.size() >= MOST_WAITING) {
            return CompletableFuture.failedFuture(
                    new ProblemException(
                            Problem.retryAfter(
                                    ProblemKind.OVERLOADED,
                                    "too many requests wait for work",
                                    RETRY_SECONDS)));
        }
        var taking = source.take(request.kind(), most, wait);
        long number = numbers.incrementAndGet();
        waiting.put(number, taking);
        var _ = taking.whenComplete((_, _) -> waiting.remove(number));
        var _ = answer.whenComplete((_, _) -> taking.cancel(false));
        if (closing) {
            taking.complete(List.of());
        }
        return taking;
    }

    private CompletableFuture<Claimed> claim(Call call, ClaimRequest request, TakenItem taken) {
        var envelope = taken.envelope();
        if (!envelope.tenant().equals(call.tenant())) {
            taken.release();
            return CompletableFuture.completedFuture(new Claimed.Dropped());
        }
        var item = taken.item();
        // Of its own for each claim: two that hold the same hint must not pass for one.
        var worker = request.worker() + "/" + ids.get().toString().substring(UUID_TAIL);
        var started =
                new TaskReport.Started(
                        item.task(), item.attempt(), item.claimToken(), worker, request.lease());
        return reporter.say(call, envelope, started)
                .<Claimed>handle((outcome, failure) ->
                        switch (outcome) {
                            case Outcome.Accepted(_, var leaseEnds) -> {
                                taken.accept();
                                yield new Granted(envelope, item, leaseEnds);
                            }
                            case Outcome.Refused _ -> {
                                taken.accept();
                                yield new Claimed.Dropped();
                            }
                            case null -> {
                                // First its claim, which may yet be granted, then the item.
                                giveBack(call, envelope, item)
                                        .whenComplete((_, _) -> taken.release());
                                yield new Unclear(failure);
                            }
                        })
                .toCompletableFuture();
    }

    private CompletionStage<Outcome> giveBack(
            Call call, Envelope<WorkItem> envelope, WorkItem item) {
        return reporter.say(
                call,
                envelope,
                new TaskReport.Released(item.task(), item.attempt(), item.claimToken()));
    }

    /// Answers, unless nobody is there any more; then all is given back.
    private void answer(Call call, List<Granted> granted, CompletableFuture<Answer> answer) {
        boolean isHeard = false;
        try {
            isHeard = !answer.isDone() && answer.complete(Answer.json(json.of(granted)));
        } catch (RuntimeException | Error broken) { // an answer like any other
            answer.completeExceptionally(broken);
        }
        if (!isHeard) {
            granted.forEach(held -> giveBack(call, held.envelope(), held.item()));
        }
    }

    /// One request, which takes and claims again and again: until something is granted, and from
    /// then on for as long as more is there and wanted. Used by one thread at a time.
    private final class Claiming {

        private final Call call;
        private final ClaimRequest request;
        private final CompletableFuture<Answer> answer;
        private final List<Granted> held = new ArrayList<>();
        private long end;

        Claiming(Call call, ClaimRequest request, CompletableFuture<Answer> answer) {
            this.call = call;
            this.request = request;
            this.answer = answer;
            this.end = System.nanoTime() + request.patience().toNanos();
        }

        CompletionStage<List<Granted>> round() {
            var wait =
                    held.isEmpty()
                            ? Duration.ofNanos(Math.max(0, end - System.nanoTime()))
                            : Duration.ZERO;
            return take(request, request.most() - held.size(), wait, answer)
                    .handle((items, failure) -> failure == null ? claim(items) : failed(failure))
                    .thenCompose(stage -> stage);
        }

        private CompletionStage<List<Granted>> claim(List<TakenItem> items) {
            try {
                writes.requireOpen();
            } catch (ProblemException full) {
                items.forEach(TakenItem::release);
                return failed(full);
            }
            var claims = items.stream().map(one -> Claims.this.claim(call, request, one)).toList();
            return CompletableFuture.allOf(claims.toArray(CompletableFuture[]::new))
                    .thenCompose(_ -> next(claims.stream().map(one -> one.join()).toList()));
        }

        private CompletionStage<List<Granted>> next(List<Claimed> claimed) {
            boolean isFirst = held.isEmpty();
            Throwable unclear = null;
            for (var one : claimed) {
                switch (one) {
                    case Granted granted -> held.add(granted);
                    case Unclear(var why) -> unclear = why;
                    case Claimed.Dropped _ -> {
                        /* Not for this one. */
                    }
                }
            }
            if (isFirst && !held.isEmpty()) {
                end = System.nanoTime() + MORE_NANOS;
            }
            if (unclear != null) {
                return failed(unclear);
            }
            boolean isOver =
                    claimed.isEmpty()
                            || held.size() >= request.most()
                            || answer.isDone()
                            || System.nanoTime() - end >= 0;
            return isOver ? CompletableFuture.completedStage(held) : round();
        }

        /// What is held is answered, whatever else failed.
        private CompletionStage<List<Granted>> failed(Throwable failure) {
            return held.isEmpty()
                    ? CompletableFuture.failedStage(failure)
                    : CompletableFuture.completedStage(held);
        }
    }
}
