package dev.millrace.schemas.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.RowCount;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
                                "tasks",
                                "ä\n\"",
                                Map.of("state", "failed", "a", ""),
                                true,
                                true,
                                1000,
                                "t",
                                POSITION,
                                true))) {
            assertThat(ViewsJson.readQuery(ViewsJson.write(query))).isEqualTo(query);
        }
        for (var row :
                List.of(
                        new RowQuery("task-counts", "acme", "ingest:failed"),
                        row(new Moment.Time(Instant.parse("2026-11-22T10:00:00.000001Z"))),
                        row(new Moment.Place(POSITION)),
                        row(new Moment.Event(new UUID(1, 2))),
                        new RowQuery("tasks", "acme", "k", POSITION, null, true))) {
            assertThat(ViewsJson.readRowQuery(ViewsJson.write(row))).isEqualTo(row);
        }
    }

    @Test
    void rowsComeBackToTheLetter() {
        var items = List.of("{\"a\":1.10, \"b\":\"\\u0007 \\\" é 🙂\"}", "{}");
        var page = new ViewPage(items, "next", POSITION);
        assertThat(ViewsJson.readPage(ViewsJson.write(page))).isEqualTo(page);
        var counted = new ViewPage(items, null, POSITION, new RowCount(7, false));
        assertThat(ViewsJson.readPage(ViewsJson.write(counted))).isEqualTo(counted);
        var stale = new ViewPage(items, null, POSITION, null, true);
        assertThat(ViewsJson.readPage(ViewsJson.write(stale))).isEqualTo(stale);
        var last = new ViewPage(List.of(), null, Position.START);
        assertThat(ViewsJson.readPage(ViewsJson.write(last))).isEqualTo(last);
        var row = new ViewRow("k", items.getFirst(), POSITION);
        assertThat(ViewsJson.readRow(ViewsJson.write(row))).isEqualTo(row);
        var copied = new ViewRow("k", "{}", POSITION, true);
        assertThat(ViewsJson.readRow(ViewsJson.write(copied))).isEqualTo(copied);
        var none = new ViewRow("k", null, POSITION);
        assertThat(ViewsJson.readRow(ViewsJson.write(none))).isEqualTo(none);
    }

    @Test
    void whatOlderVersionsDoNotSayIsFalse() {
        var query = new ViewQuery("tasks", "acme", Map.of(), 1, null);
        assertThat(ViewsJson.readQuery(without(ViewsJson.write(query), "stale_ok")))
                .isEqualTo(query);
        var row = new ViewRow("k", "{}", POSITION);
        assertThat(ViewsJson.readRow(without(ViewsJson.write(row), "from_standby"))).isEqualTo(row);
    }

    private static byte[] without(byte[] json, String flag) {
        var text = new String(json, StandardCharsets.UTF_8);
        var less = text.replace(",\"" + flag + "\":false", "");
        assertThat(less).isNotEqualTo(text);
        return less.getBytes(StandardCharsets.UTF_8);
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
                """
                {"view":"v","tenant":"t","filters":{},"reversed":false,"counted":false,\
                "limit":1001,"token":null,"after":""}\
                """,
                "limit: 1001 (expected: 1..1000)");
    }

    private static RowQuery row(Moment asOf) {
        return new RowQuery("tasks", "acme", "k", POSITION, asOf);
    }

    private static void refused(String json, String why) {
        assertThatThrownBy(() -> ViewsJson.readQuery(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(why);
    }
}
