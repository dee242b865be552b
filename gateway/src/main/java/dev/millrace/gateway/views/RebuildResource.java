package dev.millrace.gateway.views;

import dev.millrace.domain.view.generation.Rebuild;
import dev.millrace.domain.view.generation.RebuildProgress;
import dev.millrace.domain.view.generation.Rebuilds;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `/v1/views/rebuild`.
public final class RebuildResource {

    private static final String PATH = "/v1/views/rebuild";
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final Rebuilds rebuilds;
    private final InstantSource clock;

    /// @param clock tells for how long a rebuild goes on
    public RebuildResource(Rebuilds rebuilds, InstantSource clock) {
        this.rebuilds = rebuilds;
        this.clock = clock;
    }

    /// `POST /v1/views/rebuild`.
    public CompletionStage<Answer> begin(Call call) {
        return rebuilds.begin(call.caller().actor())
                .thenApply(rebuild ->
                        Answer.json(ACCEPTED, json(rebuild))
                                .with("Location", PATH)
                                .with("Retry-After", "1"));
    }

    /// `GET /v1/views/rebuild`.
    public CompletionStage<Answer> show(Call call) {
        return rebuilds.show().thenApply(rebuild -> Answer.json(OK, json(rebuild)));
    }

    /// `DELETE /v1/views/rebuild`.
    public CompletionStage<Answer> cancel(Call call) {
        return rebuilds.cancel(call.caller().actor())
                .thenApply(rebuild -> Answer.json(OK, json(rebuild)));
    }

    private JsonObject json(Rebuild rebuild) {
        var now = rebuild.generations();
        var building = now.building();
        var since = now.since();
        return new JsonObject()
                .put("state", now.state().name().toLowerCase(Locale.ROOT))
                .put("serving", now.serving())
                .put("building", building.isPresent() ? building.getAsInt() : null)
                .put("since", since == null ? null : since.toString())
                .put("progress", progress(rebuild.progress(), since));
    }

    private @Nullable JsonObject progress(
            @Nullable RebuildProgress progress, @Nullable Instant since) {
        if (progress == null) {
            return null;
        }
        var taken = since == null ? Duration.ZERO : Duration.between(since, clock.instant());
        var partitions = new JsonArray();
        for (var part : progress.parts()) {
            if (part.folded() < part.total()) {
                partitions.add(
                        new JsonObject()
                                .put("topic", part.topic())
                                .put("partition", part.partition())
                                .put("folded", part.folded())
                                .put("total", part.total()));
            }
        }
        return new JsonObject()
                .put("folded", progress.folded())
                .put("total", progress.total())
                .put("fraction", progress.fraction())
                .put(
                        "seconds_left",
                        progress.left(taken).map(left -> left.toMillis() / 1000.0).orElse(null))
                .put("partitions", partitions);
    }
}
