package dev.millrace.streams.views;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.schemas.query.QueryError;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.query.ViewsJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsHandlerTest {

    @TempDir Path state;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private FoldedPartitions site;
    private KafkaStreamsViews views;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        site = new FoldedPartitions(1, state, Stores::inMemoryKeyValueStore);
        views = new KafkaStreamsViews(site);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(QueryPaths.VIEWS, ViewsHandler.of(views));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
        client.close();
        views.close();
        site.close();
    }

    @Test
    void theCatalogueIsWhatIsServed() throws Exception {
        var answer = client.send(at("").GET().build(), BodyHandlers.ofByteArray());

        assertThat(ViewsJson.readDescriptions(answer.body()))
                .isEqualTo(ViewCatalogue.all())
                .isEqualTo(views.describe());
    }

    @Test
    void everyViewOfTheCatalogueIsListed() throws Exception {
        for (var view : ViewCatalogue.names()) {
            var filters =
                    view.equals("task-history")
                            ? Map.of("task", "01900000-0000-7000-8000-000000000001")
                            : Map.<String, String>of();
            var query = new ViewQuery(view, "acme", filters, 10, null);
            var answer = ask(QueryPaths.LIST, ViewsJson.write(query));

            assertThat(answer.statusCode()).as(view).isEqualTo(200);
            assertThat(ViewsJson.readPage(answer.body()))
                    .isEqualTo(views.list(query).toCompletableFuture().get());
        }
        var row = new RowQuery("tasks", "acme", "none");
        assertThat(ViewsJson.readRow(ask(QueryPaths.GET, ViewsJson.write(row)).body()).json())
                .isNull();
    }

    @Test
    void questionThatCannotBeAnsweredSaysWhy() throws Exception {
        var unknown = new ViewQuery("x", "acme", Map.of(), 10, null);
        var filter = new ViewQuery("tasks", "acme", Map.of("colour", "red"), 10, null);
        var token = new ViewQuery("tasks", "acme", Map.of(), 10, "?");

        refused(ViewsJson.write(unknown), 404, QueryError.Kind.UNKNOWN_VIEW);
        refused(ViewsJson.write(filter), 400, QueryError.Kind.INVALID);
        refused(ViewsJson.write(token), 400, QueryError.Kind.INVALID);
        refused(new byte[] {'{'}, 400, QueryError.Kind.INVALID);
        refused(after(Position.at("millrace.documents", 0, 1)), 400, QueryError.Kind.INVALID);
        refused(after(Position.at("millrace.task-events", 3, 1)), 400, QueryError.Kind.INVALID);
        views.close();
        refused(
                ViewsJson.write(new ViewQuery("tasks", "acme", Map.of(), 10, null)),
                503,
                QueryError.Kind.VIEW_UNAVAILABLE);
    }

    private static byte[] after(Position position) {
        return ViewsJson.write(
                new ViewQuery("tasks", "acme", Map.of(), false, false, 10, null, position));
    }

    private void refused(byte[] question, int status, QueryError.Kind kind) throws Exception {
        var answer = ask(QueryPaths.LIST, question);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(QueryError.read(answer.body()).kind()).isEqualTo(kind);
    }

    private HttpResponse<byte[]> ask(String path, byte[] question) throws Exception {
        return client.send(
                at(path).POST(BodyPublishers.ofByteArray(question)).build(),
                BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(
                URI.create(
                        "http://127.0.0.1:"
                                + server.getAddress().getPort()
                                + QueryPaths.VIEWS
                                + path));
    }
}
