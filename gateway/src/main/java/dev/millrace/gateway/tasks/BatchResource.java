package dev.millrace.gateway.tasks;

import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.task.TaskId;
import dev.millrace.gateway.commands.DecisionOrder;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Failures;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submission.IdFrom;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.gateway.submit.Submitter.Accepted;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `POST /v1/tasks/batch`: up to 1,000 tasks at once, each with a fate of its own.
///
/// First every input is made ready, then every command is sent, and all outcomes are awaited
/// together: a batch takes as long as its slowest item. An item that waits for others of the batch
/// is sent with them if nothing but an outage can keep them from being accepted, and if they are
/// decided in the order in which they are sent; to which end their ids are chosen. If not, it is
/// sent once they are accepted, and not at all if they are not.
public final class BatchResource {

    private static final int ACCEPTED = 202;

    private final Submitter submitter;
    private final Intake intake;
    private final BatchItems items;

    /// @param failures tells what became of an item that was not accepted
    public BatchResource(Submitter submitter, Intake intake, Failures failures) {
        this.submitter = submitter;
        this.intake = intake;
        this.items = new BatchItems(failures, "POST /v1/tasks/batch, an item");
    }

    /// Submits the tasks. Blocks while large inputs are stored.
    public CompletionStage<Answer> submit(Call call) {
        var batch = Batch.of(call.body().getJsonArray("tasks"));
        /* Once: whoever asks for it may wait for brokers that are away. */
        var order = batch.isLinked() ? submitter.decisionOrder() : Optional.<DecisionOrder>empty();
        var ready = new LinkedHashMap<Batch.Item, Ready>();
        for (var item : batch.inOrder()) {
            ready.put(item, ready(call, batch, item, order));
        }
        var fates = sentAtOnce(call, batch, ready, order);
        ready.forEach((item, one) -> {
            if (fates.containsKey(item)) {
                return;
            }
            var others = batch.waitedForBy(item);
            var before = others.stream().map(fates::get).toList();
            fates.put(item, fate(call, one, others.stream().map(ready::get).toList(), before));
        });
        return BatchItems.answer(batch.items().stream().map(fates::get).toList());
    }

    /// Sends all that need not wait for an answer first: what waits for nothing, and what waits for
    /// items alone that go before it and are sure to be accepted.
    private Map<Batch.Item, CompletableFuture<JsonObject>> sentAtOnce(
            Call call, Batch batch, Map<Batch.Item, Ready> ready, Optional<DecisionOrder> order) {
        var atOnce = new LinkedHashMap<Batch.Item, Submission>();
        ready.forEach((item, one) -> {
            if (one instanceof Ready.Sendable(Submission submission)
                    && batch.waitedForBy(item).stream()
                            .allMatch(other -> isSure(atOnce.get(other), submission, order))) {
                atOnce.put(item, submission);
            }
        });
        var fates = new HashMap<Batch.Item, CompletableFuture<JsonObject>>();
        var sent = submitter.submitAll(call, List.copyOf(atOnce.values())).iterator();
        atOnce.forEach((item, _) -> fates.put(item, fate(call, sent.next())));
        return fates;
    }

    /// Whether a submission need not wait for the outcome of one that goes before it.
    ///
    /// @param before null if that has to wait itself
    private static boolean isSure(
            @Nullable Submission before, Submission submission, Optional<DecisionOrder> order) {
        return before != null
                && before.isSureToBeAccepted()
                && order.isPresent()
                && order.get().isKept(before.task(), submission.task());
    }

    private Ready ready(Call call, Batch batch, Batch.Item item, Optional<DecisionOrder> order) {
        try {
            var key = item.body().getString("idempotency_key");
            var submission =
                    intake.submission(
                            call.caller(),
                            item.request(),
                            key == null ? null : Submitter.keyed(call.tenant(), key),
                            batch.after(item),
                            () -> fresh(batch.beside(item), order));
            batch.name(item, submission.task());
            return new Ready.Sendable(submission);
        } catch (RuntimeException | KindsUnavailable unfit) {
            return new Ready.Unfit(unfit);
        }
    }

    /// An id by which a task is decided after another one, if that can be.
    ///
    /// @param other null for none
    private TaskId fresh(@Nullable TaskId other, Optional<DecisionOrder> order) {
        return other == null || order.isEmpty()
                ? submitter.fresh()
                : submitter.fresh(other, order.get());
    }

    /// What becomes of an item.
    ///
    /// @param others those that it waits for
    /// @param before what becomes of them
    private CompletableFuture<JsonObject> fate(
            Call call,
            Ready ready,
            List<Ready> others,
            List<CompletableFuture<JsonObject>> before) {
        return switch (ready) {
            case Ready.Unfit(Exception why) ->
                    CompletableFuture.completedFuture(items.refused(call, why));
            case Ready.Sendable(Submission submission) ->
                    before.isEmpty()
                            ? sent(call, submission)
                            : BatchItems.all(before)
                                    .thenCompose(fates ->
                                            fates.stream().allMatch(BatchResource::isAccepted)
                                                    ? sent(call, after(submission, others, fates))
                                                    : CompletableFuture.completedFuture(
                                                            items.refused(
                                                                    call, Batch.waitsInVain())));
        };
    }

    /// The submission, waiting for the tasks that others of the batch were accepted as: a document
    /// whose task ended without success is taken in by another. Under a key nothing changes, or it
    /// would be no repeat.
    private static Submission after(Submission submission, List<Ready> others, JsonArray fates) {
        if (submission.idFrom() == IdFrom.KEY) {
            return submission;
        }
        var names = new HashMap<TaskId, TaskId>();
        for (int i = 0; i < fates.size(); i++) {
            if (others.get(i) instanceof Ready.Sendable(Submission other)) {
                names.put(other.task(), TaskId.parse(fates.getJsonObject(i).getString("id")));
            }
        }
        return submission.after(task -> names.getOrDefault(task, task));
    }

    private CompletableFuture<JsonObject> sent(Call call, Submission submission) {
        return fate(call, submitter.submit(call, submission));
    }

    private CompletableFuture<JsonObject> fate(Call call, CompletionStage<Accepted> outcome) {
        return outcome.handle((accepted, failure) ->
                        failure == null ? accepted(accepted) : items.refused(call, failure))
                .toCompletableFuture();
    }

    private static boolean isAccepted(Object fate) {
        return fate instanceof JsonObject item && item.getInteger("status") == ACCEPTED;
    }

    private static JsonObject accepted(Accepted accepted) {
        var item =
                new JsonObject()
                        .put("status", ACCEPTED)
                        .put("id", accepted.task().toString())
                        .put("position", accepted.position().toString());
        return accepted.replayed() ? item.put("replayed", true) : item;
    }

    private sealed interface Ready {

        record Sendable(Submission submission) implements Ready {}

        record Unfit(Exception why) implements Ready {}
    }
}
