package dev.millrace.search.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.query.QueryError;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.query.SearchJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SearchHandlerTest {

    private static final DocumentId DOCUMENT = new DocumentId(new UUID(0x8000, 1));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Fixed index = new Fixed();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(QueryPaths.SEARCH, SearchHandler.of(index));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
        client.close();
    }

    @Test
    void answersWhatTheIndexAnswers() throws Exception {
        var search = new SearchJson.SearchQuery("acme", "mühle", 2);
        var count = new SearchJson.CountQuery("acme", List.of(DOCUMENT));

        assertThat(SearchJson.readResult(ask(QueryPaths.FIND, SearchJson.write(search)).body()))
                .isEqualTo(index.search("acme", "mühle", 2).toCompletableFuture().get());
        assertThat(SearchJson.readIndexCount(ask(QueryPaths.COUNT, SearchJson.write(count)).body()))
                .isEqualTo(index.count("acme", List.of(DOCUMENT)).toCompletableFuture().get());
    }

    @Test
    void questionThatCannotBeAnsweredSaysWhy() throws Exception {
        var none = SearchJson.write(new SearchJson.SearchQuery("acme", "", 2));
        var early = SearchJson.write(new SearchJson.SearchQuery("acme", "early", 2));

        refused(ask(QueryPaths.FIND, none), 400, QueryError.Kind.INVALID, "text: empty");
        refused(ask(QueryPaths.FIND, early), 503, QueryError.Kind.MODEL_NOT_READY, "loading");
        refused(
                ask(QueryPaths.COUNT, new byte[] {'1'}),
                400,
                QueryError.Kind.INVALID,
                "body: NUMBER (expected: a JSON object)");
    }

    private static void refused(
            HttpResponse<byte[]> answer, int status, QueryError.Kind kind, String detail) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(QueryError.read(answer.body())).isEqualTo(new QueryError(kind, detail));
    }

    private HttpResponse<byte[]> ask(String path, byte[] question) throws Exception {
        var base = "http://127.0.0.1:" + server.getAddress().getPort() + QueryPaths.SEARCH;
        return client.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .POST(BodyPublishers.ofByteArray(question))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    /// Finds the text itself, as often as it may.
    private static final class Fixed implements SearchIndex {
        @Override
        public CompletionStage<SearchResult> search(String tenant, String text, int limit) {
            if (text.isEmpty()) {
                return CompletableFuture.failedStage(new InvalidQuery("text: empty"));
            }
            if (text.equals("early")) {
                return CompletableFuture.failedStage(new ModelNotReady("loading"));
            }
            var hit = new Hit(new ChunkId(DOCUMENT, 3), new Passage(tenant, 1, 2, text), 0.1);
            return CompletableFuture.completedStage(
                    new SearchResult(Collections.nCopies(limit, hit), Mode.HYBRID, Position.START));
        }

        @Override
        public CompletionStage<IndexCount> count(String tenant, Collection<DocumentId> documents) {
            return CompletableFuture.completedStage(
                    new IndexCount(9, documents.size(), Position.at("e", 0, 1)));
        }
    }
}
