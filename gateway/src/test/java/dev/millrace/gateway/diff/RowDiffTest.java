package dev.millrace.gateway.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.rows.Fields;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// Differences of random views, held against those of all their rows at once.
class RowDiffTest {

    private static final String[] STATES = {"queued", "running", "failed"};

    @Test
    void thePagesTogetherAreTheDifference() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var before = rows(random, 60);
            var after = changed(random, before);
            var filters =
                    random.nextInt(3) == 0
                            ? Map.of("state", STATES[random.nextInt(STATES.length)])
                            : Map.<String, String>of();
            int limit = 1 + random.nextInt(20);

            var found = new HashMap<String, JsonObject>();
            String token = null;
            do {
                var page = diff(before, after, filters, Fields.ALL).page(limit, token);
                assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
                for (var item : page.items()) {
                    var change = new JsonObject(item);
                    assertThat(found.put(change.getString("key"), change))
                            .as("seed %d: %s twice", seed, item)
                            .isNull();
                }
                token = page.nextToken();
            } while (token != null);

            assertThat(found).as("seed %d", seed).isEqualTo(expected(before, after, filters));
        }
    }

    @Test
    void rowSaysUnderWhichKeyItIsFound() {
        var used = "{\"day\":\"2026-11-22\",\"kind\":\"k\",\"actor\":\"a:b\",\"proof\":\"oidc\"}";

        assertThat(RowChange.keyOf("usage", used)).isEqualTo("2026-11-22:k:oidc:a:b");
        assertThat(RowChange.matches(used, Map.of("actor", "a:b", "kind", "k"))).isTrue();
        assertThat(RowChange.matches(used, Map.of("actor", "a"))).isFalse();
        assertThat(RowChange.keyOf("models", "{\"name\":\"m\",\"version\":\"1\"}"))
                .isEqualTo("m:1");
        assertThat(RowChange.keyOf("task-counts", "{\"kind\":\"k\",\"state\":\"queued\"}"))
                .isEqualTo("k:queued");
        assertThat(RowChange.keyOf("tasks", "{\"id\":\"i\"}")).isEqualTo("i");
    }

    @Test
    void onlyTheFieldsThatAreAskedForAreCompared() throws Exception {
        var before = new TreeMap<>(Map.of("a", row("a", "queued", 1), "b", row("b", "queued", 1)));
        var after = new TreeMap<>(Map.of("a", row("a", "queued", 2), "b", row("b", "failed", 2)));

        var page = diff(before, after, Map.of(), new Fields(Set.of("state"))).page(10, null);

        assertThat(page.items())
                .containsExactly(
                        "{\"key\":\"b\",\"change\":\"changed\",\"fields\":[\"state\"],"
                                + "\"before\":{\"state\":\"queued\"},\"after\":{\"state\":\"failed\"}}");
    }

    @Test
    void aPageLooksAtSoManyRowsAndNoMore() throws Exception {
        var same = rows(new Random(1), 500);
        int pages = 0;
        String token = null;
        do {
            var page = diff(same, same, Map.of(), Fields.ALL).page(5, token);
            assertThat(page.items()).isEmpty();
            pages++;
            token = page.nextToken();
        } while (token != null);

        assertThat(pages).isEqualTo(2 * same.size() / 5 / RowDiff.MOST_PAGES);
    }

    @Test
    void aTokenThatIsNoneIsRefused() {
        var none = new TreeMap<String, String>();
        for (var token : List.of("", "x", "c.x", "a")) {
            assertThatThrownBy(() -> diff(none, none, Map.of(), Fields.ALL).page(5, token))
                    .isInstanceOf(InvalidQuery.class);
        }
    }

    private static RowDiff diff(
            NavigableMap<String, String> before,
            NavigableMap<String, String> after,
            Map<String, String> filters,
            Fields fields) {
        return new RowDiff("tasks", "acme", filters, fields, new Fixed(before), new Fixed(after));
    }

    private static Map<String, JsonObject> expected(
            Map<String, String> before, Map<String, String> after, Map<String, String> filters) {
        var keys = new TreeMap<>(before);
        keys.putAll(after);
        var changes = new HashMap<String, JsonObject>();
        for (var key : keys.keySet()) {
            var was = before.get(key);
            var is = after.get(key);
            boolean isWanted =
                    (was != null && RowChange.matches(was, filters))
                            || (is != null && RowChange.matches(is, filters));
            if (isWanted && !Objects.equals(was, is)) {
                changes.put(key, new JsonObject(new RowChange(key, was, is).json()));
            }
        }
        return changes;
    }

    private static NavigableMap<String, String> rows(Random random, int count) {
        var rows = new TreeMap<String, String>();
        for (int i = 0; i < count; i++) {
            var key = "%03d".formatted(2 * i);
            rows.put(key, row(key, STATES[random.nextInt(STATES.length)], 1));
        }
        return rows;
    }

    private static NavigableMap<String, String> changed(
            Random random, NavigableMap<String, String> before) {
        var after = new TreeMap<>(before);
        for (int i = random.nextInt(80); i > 0; i--) {
            var key = "%03d".formatted(random.nextInt(130));
            if (random.nextInt(4) == 0) {
                after.remove(key);
            } else {
                after.put(key, row(key, STATES[random.nextInt(STATES.length)], random.nextInt(3)));
            }
        }
        return after;
    }

    private static String row(String key, String state, int version) {
        return "{\"id\":\"%s\",\"state\":\"%s\",\"version\":%d}".formatted(key, state, version);
    }

    /// Rows in the order of their keys; a token is the key of the last that was shown.
    private record Fixed(NavigableMap<String, String> rows) implements Side {
        @Override
        public CompletionStage<ViewPage> list(ViewQuery query) {
            var token = query.token();
            var items = new ArrayList<String>();
            String last = null;
            var rest = token == null ? rows : rows.tailMap(token, false);
            for (var row : rest.entrySet()) {
                if (!RowChange.matches(row.getValue(), query.filters())) {
                    continue;
                }
                if (items.size() == query.limit()) {
                    return CompletableFuture.completedStage(
                            new ViewPage(items, last, Position.START));
                }
                items.add(row.getValue());
                last = row.getKey();
            }
            return CompletableFuture.completedStage(new ViewPage(items, null, Position.START));
        }

        @Override
        public CompletionStage<ViewRow> get(RowQuery query) {
            return CompletableFuture.completedStage(
                    new ViewRow(query.key(), rows.get(query.key()), Position.START));
        }
    }
}
