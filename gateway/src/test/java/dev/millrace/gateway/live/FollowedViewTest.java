package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.RowTouch;
import dev.millrace.domain.view.ViewCatalogue;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FollowedViewTest {

    @Test
    void everyViewThatFollowsFromRecordsCanBeFollowed() throws Exception {
        for (var name : ViewCatalogue.names()) {
            if (name.equals("throughput")) {
                assertThatThrownBy(() -> FollowedView.of(name)).isInstanceOf(InvalidQuery.class);
            } else {
                assertThat(FollowedView.of(name).view()).isEqualTo(name);
                assertThat(FollowedView.of(name).topics()).isNotEmpty();
                assertThat(RowTouch.of(name, null)).isNull();
            }
        }
    }

    @Test
    void rowSaysUnderWhichKeyItIsFound() {
        var row =
                new JsonObject()
                        .put("name", "n")
                        .put("version", "1")
                        .put("day", "2026-11-22")
                        .put("kind", "echo")
                        .put("state", "queued")
                        .put("proof", "oidc")
                        .put("actor", "ann:of:acme");

        assertThat(FollowedView.TASK_COUNTS.key(row, Map.of())).isEqualTo("echo:queued");
        assertThat(FollowedView.WORKERS.key(row, Map.of())).isEqualTo("n");
        assertThat(FollowedView.USAGE.key(row, Map.of()))
                .isEqualTo("2026-11-22:echo:oidc:ann:of:acme");
        assertThat(FollowedView.MODELS.key(row, Map.of())).isEqualTo("n:1");
    }
}
