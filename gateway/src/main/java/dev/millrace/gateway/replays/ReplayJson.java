package dev.millrace.gateway.replays;

import dev.millrace.domain.replay.Replay;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A replay as it is shown.
final class ReplayJson {

    private ReplayJson() {}

    static JsonObject of(Replay replay) {
        var request = replay.request();
        var from = request.from();
        var until = request.until();
        var left = replay.left();
        return new JsonObject()
                .put("id", replay.id().toString())
                .put("view", replay.view())
                .put("entity", request.entity())
                .put("range", from == null ? null : new JsonObject().put("from", from.toString()))
                .put("until", until == null ? null : until.toString())
                .put("state", replay.state().name().toLowerCase(Locale.ROOT))
                .put("position", replay.position().toString())
                .put("target", replay.target().toString())
                .put("done", replay.done())
                .put("total", replay.total())
                .put("rate", request.rate())
                .put("seconds_left", left == null ? null : left.toMillis() / 1000.0)
                .put("created", replay.created().toString())
                .put("caught_up_at", text(replay.caughtUp()))
                .put("ended", text(replay.ended()))
                .put("expires", text(replay.expires()))
                .put("comparison", comparison(replay.comparison()))
                .put("tally", tally(replay.tally()))
                .put("problem", replay.problem());
    }

    private static @Nullable JsonObject comparison(Replay.@Nullable Comparison comparison) {
        if (comparison == null) {
            return null;
        }
        var difference = comparison.difference();
        return new JsonObject()
                .put("equal", difference == null && comparison.unsettled() == 0)
                .put("rows", comparison.rows())
                .put("unsettled", comparison.unsettled())
                .put("difference", difference == null ? null : difference(difference));
    }

    private static @Nullable JsonObject tally(Replay.@Nullable Tally tally) {
        if (tally == null) {
            return null;
        }
        var types = new JsonObject();
        tally.types().forEach(types::put);
        return new JsonObject()
                .put("events", tally.events())
                .put("types", types)
                .put("first", text(tally.first()))
                .put("last", text(tally.last()));
    }

    private static JsonObject difference(Replay.Difference difference) {
        return new JsonObject()
                .put("key", difference.key())
                .put("live", row(difference.live()))
                .put("replayed", row(difference.replayed()))
                .put("event", difference.event());
    }

    private static @Nullable JsonObject row(@Nullable String json) {
        return json == null ? null : new JsonObject(json);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
