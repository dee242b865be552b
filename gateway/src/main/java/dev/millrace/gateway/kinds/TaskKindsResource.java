package dev.millrace.gateway.kinds;

import dev.millrace.domain.kind.KindCatalogue;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.Registration;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.kind.WorkQueues;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// `POST /v1/task-kinds`, and what is there.
public final class TaskKindsResource {

    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final String TOKEN = "token";

    private final TaskKinds kinds;
    private final WorkQueues queues;

    /// @param queues provided before a registration is answered
    public TaskKindsResource(TaskKinds kinds, WorkQueues queues) {
        this.kinds = kinds;
        this.queues = queues;
    }

    /// Registers a version of a kind.
    public CompletionStage<Answer> register(Call call) throws KindsUnavailable {
        var kind = versioned(KindRequest.of(call.body()), call.body(), kinds.catalogue());
        return kinds.register(kind, call.caller().actor())
                .thenApplyAsync(this::answer, Thread::startVirtualThread);
    }

    /// `GET /v1/task-kinds`: the newest version of each, by name, without schemas.
    public CompletionStage<Answer> list(Call call) throws KindsUnavailable {
        var after = call.text(TOKEN);
        var rest =
                kinds.catalogue().kinds().stream()
                        .filter(kind -> after == null || kind.name().compareTo(after) > 0)
                        .toList();
        return page(call, rest, TaskKind::name, KindJson::summary);
    }

    /// `GET /v1/task-kinds/{name}`: all versions, the newest first.
    public CompletionStage<Answer> versions(Call call) throws KindsUnavailable {
        var name = call.required("name");
        var catalogue = kinds.catalogue();
        var versions = catalogue.versions(name);
        if (versions.isEmpty()) {
            throw new ProblemException(
                    Problem.of(ProblemKind.NOT_FOUND, KindCheck.unknown(name, catalogue)));
        }
        var token = call.text(TOKEN);
        int before =
                token == null
                        ? versions.size() + 1
                        : Call.parsed(TOKEN, token, TaskKindsResource::version);
        var rest = versions.reversed().stream().filter(kind -> kind.version() < before).toList();
        return page(call, rest, kind -> Integer.toString(kind.version()), KindJson::whole);
    }

    /// The version that was asked for; without one the newest if it is the same, else the next.
    private static TaskKind versioned(TaskKind kind, JsonObject body, KindCatalogue catalogue) {
        var version = body.getInteger("version");
        if (version != null) {
            return kind.withVersion(version);
        }
        var newest = catalogue.find(kind.name());
        return newest != null && newest.equals(kind.withVersion(newest.version()))
                ? newest
                : kind.withVersion(catalogue.nextVersion(kind.name()));
    }

    /* On a virtual thread of its own. */
    private Answer answer(Registration registration) {
        return switch (registration) {
            case Registration.Done(var kind, boolean isNew, var position) -> {
                provide(kind.name());
                var shown = KindJson.whole(kind).put("position", position.toString());
                yield Answer.json(isNew ? CREATED : OK, shown)
                        .with("Location", "/v1/task-kinds/" + kind.name());
            }
            case Registration.Refused(var why) ->
                    throw new ProblemException(Problem.of(ProblemKind.KIND_CONFLICT, why));
        };
    }

    private void provide(String kind) {
        try {
            queues.provide(kind);
        } catch (KindsUnavailable unavailable) {
            throw new CompletionException(unavailable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CompletionException(new KindsUnavailable("the gateway is closing", stopped));
        }
    }

    private static int version(String token) {
        try {
            return Integer.parseInt(token);
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException(
                    token + " (expected: the next_token of a page)", notNumber);
        }
    }

    private static CompletionStage<Answer> page(
            Call call,
            List<TaskKind> rest,
            Function<TaskKind, String> token,
            Function<TaskKind, JsonObject> shown) {
        int limit = call.integer("limit");
        var items = rest.stream().limit(limit).toList();
        return CompletableFuture.completedStage(
                Answer.page(
                        call,
                        items.stream().map(kind -> shown.apply(kind).encode()).toList(),
                        items.size() < rest.size() ? token.apply(items.getLast()) : null,
                        Position.START,
                        TOKEN));
    }
}
