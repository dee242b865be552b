package dev.millrace.schemas.query;

import static dev.millrace.schemas.query.QueryJson.bytes;
import static dev.millrace.schemas.query.QueryJson.integer;
import static dev.millrace.schemas.query.QueryJson.number;
import static dev.millrace.schemas.query.QueryJson.object;
import static dev.millrace.schemas.query.QueryJson.parse;
import static dev.millrace.schemas.query.QueryJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.search.SearchIndex.Hit;
import dev.millrace.domain.search.SearchIndex.IndexCount;
import dev.millrace.domain.search.SearchIndex.Mode;
import dev.millrace.domain.search.SearchIndex.SearchResult;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// The questions and answers of the port [dev.millrace.domain.search.SearchIndex] as JSON in UTF-8.
///
/// What is read fails with `IllegalArgumentException` if it is something else.
public final class SearchJson {

    private static final String TENANT = "tenant";
    private static final String TEXT = "text";
    private static final String POSITION = "position";
    private static final String CHUNKS = "chunks";
    private static final String DOCUMENTS = "documents";

    private SearchJson() {}

    /// What to find.
    public record SearchQuery(String tenant, String text, int limit) {}

    /// What to count.
    public record CountQuery(String tenant, List<DocumentId> documents) {
        public CountQuery {
            documents = List.copyOf(documents);
        }

        public static CountQuery of(String tenant, Collection<DocumentId> documents) {
            return new CountQuery(tenant, List.copyOf(documents));
        }
    }

    /// Writes what to find.
    public static byte[] write(SearchQuery query) {
        return bytes(
                object().put(TENANT, query.tenant).put(TEXT, query.text).put("limit", query.limit));
    }

    /// Reads what to find.
    public static SearchQuery readSearch(byte[] json) {
        var query = parse(json);
        return new SearchQuery(text(query, TENANT), text(query, TEXT), integer(query, "limit"));
    }

    /// Writes what to count.
    public static byte[] write(CountQuery query) {
        var json = object().put(TENANT, query.tenant);
        var documents = json.putArray(DOCUMENTS);
        query.documents.forEach(document -> documents.add(document.toString()));
        return bytes(json);
    }

    /// Reads what to count.
    public static CountQuery readCount(byte[] json) {
        var query = parse(json);
        return new CountQuery(
                text(query, TENANT),
                QueryJson.texts(query, DOCUMENTS).stream().map(DocumentId::parse).toList());
    }

    /// Writes what was found.
    public static byte[] write(SearchResult result) {
        var json = object();
        var hits = json.putArray("hits");
        for (var hit : result.hits()) {
            var passage = hit.passage();
            hits.addObject()
                    .put("chunk", hit.chunk().toString())
                    .put("name", passage.name())
                    .put("start", passage.start())
                    .put("end", passage.end())
                    .put(TEXT, passage.text())
                    .put("score", hit.score());
        }
        return bytes(
                json.put("mode", result.mode().name().toLowerCase(Locale.ROOT))
                        .put(POSITION, result.position().toString()));
    }

    /// Reads what was found.
    public static SearchResult readResult(byte[] json) {
        var result = parse(json);
        return new SearchResult(
                QueryJson.list(result, "hits", SearchJson::hit),
                Mode.valueOf(text(result, "mode").toUpperCase(Locale.ROOT)),
                QueryJson.position(result));
    }

    /// Writes how much the index holds.
    public static byte[] write(IndexCount count) {
        return bytes(
                object().put(CHUNKS, count.chunks())
                        .put(DOCUMENTS, count.documents())
                        .put(POSITION, count.position().toString()));
    }

    /// Reads how much the index holds.
    public static IndexCount readIndexCount(byte[] json) {
        var count = parse(json);
        return new IndexCount(
                number(count, CHUNKS), number(count, DOCUMENTS), QueryJson.position(count));
    }

    private static Hit hit(JsonNode hit) {
        var passage =
                new Passage(
                        text(hit, "name"),
                        integer(hit, "start"),
                        integer(hit, "end"),
                        text(hit, TEXT));
        return new Hit(
                ChunkId.parse(text(hit, "chunk")), passage, QueryJson.fraction(hit, "score"));
    }
}
