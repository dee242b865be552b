package dev.millrace.schemas.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.search.SearchIndex.Hit;
import dev.millrace.domain.search.SearchIndex.IndexCount;
import dev.millrace.domain.search.SearchIndex.Mode;
import dev.millrace.domain.search.SearchIndex.SearchResult;
import dev.millrace.domain.view.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SearchJsonTest {

    private static final DocumentId DOCUMENT = new DocumentId(new UUID(0x8000, 1));

    @Test
    void questionsComeBackAsTheyWere() {
        var search = new SearchJson.SearchQuery("acme", "Mühle \"am\"\nBach", 7);
        assertThat(SearchJson.readSearch(SearchJson.write(search))).isEqualTo(search);
        for (var documents : List.of(List.<DocumentId>of(), List.of(DOCUMENT))) {
            var count = new SearchJson.CountQuery("acme", documents);
            assertThat(SearchJson.readCount(SearchJson.write(count))).isEqualTo(count);
        }
    }

    @Test
    void answersComeBackAsTheyWere() {
        var passage = new Passage("notes/mühle.md", 10, 21, "a\tb 🙂");
        var result =
                new SearchResult(
                        List.of(
                                new Hit(new ChunkId(DOCUMENT, 3), passage, 1.0 / 3),
                                new Hit(new ChunkId(DOCUMENT, 0), passage, 0)),
                        Mode.TEXT,
                        Position.at("millrace.embeddings", 1, 5));
        assertThat(SearchJson.readResult(SearchJson.write(result))).isEqualTo(result);
        var count = new IndexCount(1L << 40, 3, Position.START);
        assertThat(SearchJson.readIndexCount(SearchJson.write(count))).isEqualTo(count);
    }

    @Test
    void whatIsNoQuestionSaysWhy() {
        assertThatThrownBy(() -> SearchJson.readSearch(bytes("{\"tenant\":\"t\"}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text: MISSING (expected: a text)");
        assertThatThrownBy(() ->
                        SearchJson.readCount(bytes("{\"tenant\":\"t\",\"documents\":[\"x\"]}")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
