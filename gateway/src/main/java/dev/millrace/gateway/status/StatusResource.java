package dev.millrace.gateway.status;

import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.contract.Contract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// `GET /health`, `/openapi.yaml`, `/v1/whoami` and `/v1/version`.
public final class StatusResource {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Contract contract;
    private final Supplier<Readiness> readiness;
    private final String version;

    /// @param readiness asked at each call; it must not block
    public StatusResource(Contract contract, Supplier<Readiness> readiness, String version) {
        this.contract = contract;
        this.readiness = readiness;
        this.version = version;
    }

    /// 200 when ready, else 503; the same body for both.
    public CompletionStage<Answer> health(Call call) {
        var now = readiness.get();
        var parts = new JsonArray();
        now.parts()
                .forEach(
                        part ->
                                parts.add(
                                        new JsonObject()
                                                .put("name", part.name())
                                                .put("state", part.state().wireName())
                                                .put("detail", part.detail())));
        var body =
                new JsonObject()
                        .put("status", now.ready() ? "ready" : "not_ready")
                        .put("parts", parts);
        return CompletableFuture.completedStage(
                now.ready()
                        ? Answer.json(OK, body)
                        : Answer.json(UNAVAILABLE, body).with("Retry-After", "1"));
    }

    /// The contract as it is.
    public CompletionStage<Answer> contract(Call call) {
        return CompletableFuture.completedStage(
                new Answer(OK, "application/yaml", contract.yaml(), Map.of()));
    }

    /// Whoever calls.
    public CompletionStage<Answer> whoami(Call call) {
        var caller = call.caller();
        var roles = new JsonArray();
        caller.roles().forEach(role -> roles.add(role.wireName()));
        var actor =
                new JsonObject()
                        .put("id", caller.actor().id())
                        .put("proof", caller.actor().proof().wireName());
        return CompletableFuture.completedStage(
                Answer.json(
                        OK,
                        new JsonObject()
                                .put("name", caller.name())
                                .put("tenant", caller.tenant())
                                .put("roles", roles)
                                .put("actor", actor)));
    }

    /// The version of Millrace, and of this API.
    public CompletionStage<Answer> version(Call call) {
        return CompletableFuture.completedStage(
                Answer.json(OK, new JsonObject().put("version", version).put("api", "v1")));
    }
}
