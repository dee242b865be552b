package dev.millrace.schemas.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViewsJsonTest {

    private static final Position POSITION =
            Position.at("millrace.task-events", 0, 7).with("millrace.task-events", 2, 1L << 40);

    @Test
    void descriptionsComeBackAsTheyWere() {
        assertThat(ViewsJson.readDescriptions(ViewsJson.write(ViewCatalogue.all())))
                .isEqualTo(ViewCatalogue.all());
    }

    @Test
    void queriesComeBackAsTheyWere() {
        for (var query :
                List.of(
                        new ViewQuery("tasks", "acme", Map.of(), 1, null),
                        new ViewQuery(
                                "tasks", "ä\n\"", Map.of("state", "failed", "a", ""), 1000, "t"))) {
            assertThat(ViewsJson.readQuery(ViewsJson.write(query))).isEqualTo(query);
        }
        var row = new ViewsJson.RowQuery("task-counts", "acme", "ingest:failed");
        assertThat(ViewsJson.readRowQuery(ViewsJson.write(row))).isEqualTo(row);
    }

    @Test
    void rowsComeBackToTheLetter() {
        var items = List.of("{\"a\":1.10, \"b\":\"\\u0007 \\\" é 🙂\"}", "{}");
        var page = new ViewPage(items, "next", POSITION);
        assertThat(ViewsJson.readPage(ViewsJson.write(page))).isEqualTo(page);
        var last = new ViewPage(List.of(), null, Position.START);
        assertThat(ViewsJson.readPage(ViewsJson.write(last))).isEqualTo(last);
        var row = new ViewRow("k", items.getFirst(), POSITION);
        assertThat(ViewsJson.readRow(ViewsJson.write(row))).isEqualTo(row);
        var none = new ViewRow("k", null, POSITION);
        assertThat(ViewsJson.readRow(ViewsJson.write(none))).isEqualTo(none);
    }

    @Test
    void whatIsNoQuestionSaysWhy() {
        refused("", "body: ");
        refused("[1]", "body: ARRAY (expected: a JSON object)");
        refused("{\"view\":7}", "view: NUMBER (expected: a text)");
        refused("{\"view\":\"v\",\"tenant\":\"t\"}", "filters: MISSING");
        refused(
                "{\"view\":\"v\",\"tenant\":\"t\",\"filters\":{\"a\":[]},\"limit\":1}",
                "a: ARRAY (expected: a text)");
        refused(
                "{\"view\":\"v\",\"tenant\":\"t\",\"filters\":{},\"limit\":1001,\"token\":null}",
                "limit: 1001 (expected: 1..1000)");
    }

    private static void refused(String json, String why) {
        assertThatThrownBy(() -> ViewsJson.readQuery(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(why);
    }
}
