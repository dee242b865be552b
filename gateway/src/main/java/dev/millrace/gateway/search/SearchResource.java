package dev.millrace.gateway.search;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.search.SearchIndex.Hit;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/// `POST /v1/search` and `POST /v1/search/count`.
public final class SearchResource {

    private static final int OK = 200;
    private static final int DEFAULT_LIMIT = 10;

    private final SearchIndex index;

    public SearchResource(SearchIndex index) {
        this.index = index;
    }

    /// Finds passages.
    public CompletionStage<Answer> search(Call call) {
        var text = call.body().getString("text");
        int limit = call.body().getInteger("limit", DEFAULT_LIMIT);
        return index.search(call.tenant(), text, limit)
                .thenApply(found -> {
                    var hits = new JsonArray();
                    found.hits().forEach(hit -> hits.add(json(hit)));
                    return Answer.json(
                            OK,
                            new JsonObject()
                                    .put("hits", hits)
                                    .put("mode", found.mode().name().toLowerCase(Locale.ROOT))
                                    .put("position", found.position().toString()));
                });
    }

    /// Counts what the index holds.
    public CompletionStage<Answer> count(Call call) {
        var documents =
                call.body().getJsonArray("documents", new JsonArray()).stream()
                        .map(id -> Call.parsed("documents", String.valueOf(id), DocumentId::parse))
                        .toList();
        return index.count(call.tenant(), documents)
                .thenApply(count ->
                        Answer.json(
                                OK,
                                new JsonObject()
                                        .put("chunks", count.chunks())
                                        .put("documents", count.documents())
                                        .put("position", count.position().toString())));
    }

    private static JsonObject json(Hit hit) {
        var passage = hit.passage();
        return new JsonObject()
                .put("document", hit.chunk().document().toString())
                .put("name", passage.name())
                .put("start", passage.start())
                .put("end", passage.end())
                .put("score", hit.score())
                .put("text", passage.text())
                .put("chunk", hit.chunk().toString());
    }
}
