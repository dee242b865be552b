package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.search.Busy;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.SearchUnavailable;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.problem.Failures;
import dev.millrace.gateway.remote.HttpSearchIndex;
import dev.millrace.gateway.remote.HttpViews;
import dev.millrace.gateway.remote.RemoteConfig;
import dev.millrace.schemas.query.QueryError;
import dev.millrace.schemas.query.QueryHandler;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.query.SearchJson;
import dev.millrace.schemas.query.ViewsJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Views and search behind real HTTP servers.
class RemotePortsTest {

    private static final String SECRET = "secret-between-processes";
    private static final ViewQuery TASKS =
            new ViewQuery("tasks", "acme", Map.of("state", "failed"), 2, null);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<HttpServer> servers = new ArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final FakeViews views = new FakeViews();
    private final FakeIndex index = new FakeIndex();

    @BeforeEach
    void rows() {
        views.put("tasks", "{\"id\":\"1\"}", "{\"id\":\"2\"}", "{\"id\":\"3\"}");
    }

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
        threads.close();
    }

    @Test
    void viewsAnswerAsIfTheyWereHere() throws Exception {
        try (var remote = new HttpViews(config(views(views)))) {
            var page = done(remote.list(TASKS));

            assertThat(page).isEqualTo(done(views.list(TASKS)));
            assertThat(views.last()).isEqualTo(TASKS);
            assertThat(done(remote.get(new RowQuery("tasks", "acme", "2"))))
                    .isEqualTo(new ViewRow("2", "{\"id\":\"2\"}", FakeViews.POSITION));
            assertThat(done(remote.get(new RowQuery("tasks", "acme", "9"))).json()).isNull();
            assertThat(remote.describe()).isEqualTo(ViewCatalogue.all());
        }
        assertThat(authorizations).hasSize(3).containsOnly("Bearer " + SECRET);
    }

    @Test
    void searchAnswersAsIfItWereHere() throws Exception {
        try (var remote = new HttpSearchIndex(config(search()))) {
            assertThat(done(remote.search("acme", "mühle", 3)))
                    .isEqualTo(done(index.search("acme", "mühle", 3)));
            var documents = List.of(new DocumentId(new UUID(0x8000, 1)));
            assertThat(done(remote.count("acme", documents)))
                    .isEqualTo(done(index.count("acme", documents)));
        }
    }

    @Test
    void failuresOfViewsComeBackAsWhatTheyWere() throws Exception {
        try (var remote = new HttpViews(config(views(views)))) {
            fails(
                    remote.get(new RowQuery("x", "acme", "1")),
                    new UnknownView("x", ViewCatalogue.names()));
            fails(
                    remote.list(new ViewQuery("tasks", "acme", Map.of("colour", "red"), 2, null)),
                    new InvalidQuery("filter: colour (expected: state or kind)"));
            views.failWith(new ViewUnavailable("tasks", "moving"));
            fails(remote.list(TASKS), new ViewUnavailable("tasks", "moving"));
            views.failWith(new IOException("disk"));
            assertThatThrownBy(() -> done(remote.list(TASKS)))
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void failuresOfSearchComeBackAsWhatTheyWere() throws Exception {
        refusedSearch(QueryError.Kind.BUSY, Busy.class);
        refusedSearch(QueryError.Kind.MODEL_NOT_READY, ModelNotReady.class);
        refusedSearch(QueryError.Kind.INVALID, InvalidQuery.class);
        refusedSearch(QueryError.Kind.INTERNAL, IllegalStateException.class);
    }

    @Test
    void theNextOneIsAskedWhenOneCannotAnswer() throws Exception {
        var away = new FakeViews();
        away.failWith(new ViewUnavailable("tasks", "moving"));
        try (var remote = new HttpViews(config(gone(), views(away), views(views)))) {
            assertThat(done(remote.list(TASKS)).items()).hasSize(2);
            assertThat(authorizations).hasSize(2);

            assertThat(done(remote.list(TASKS)).items()).hasSize(2);
            assertThat(authorizations).as("who failed rests").hasSize(3);

            views.failWith(new ViewUnavailable("tasks", "moving too"));
            fails(remote.list(TASKS), new ViewUnavailable("tasks", "moving"));
            assertThat(authorizations).as("each is asked once").hasSize(5);
        }
    }

    @Test
    void afterALongRefusalNoOtherIsAsked() throws Exception {
        views.failWith(new ViewUnavailable("tasks", "moving"));
        var config =
                new RemoteConfig(
                        List.of(views(views), views(views)),
                        SECRET,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        1,
                        Duration.ZERO);
        try (var remote = new HttpViews(config)) {
            fails(remote.list(TASKS), new ViewUnavailable("tasks", "moving"));
            assertThat(authorizations).hasSize(1);
        }
    }

    @Test
    void processesAreAskedInTurn() throws Exception {
        var other = new FakeViews();
        other.put("tasks", "{\"id\":\"9\"}");
        try (var remote = new HttpViews(config(views(views), views(other)))) {
            var first = done(remote.list(TASKS)).items();
            var second = done(remote.list(TASKS)).items();

            assertThat(List.of(first.size(), second.size())).containsExactlyInAnyOrder(2, 1);
            assertThat(done(remote.list(TASKS)).items()).isEqualTo(first);
        }
    }

    @Test
    void aQuestionThatIsWrongIsNotAskedAgain() throws Exception {
        try (var remote = new HttpViews(config(views(views), views(views)))) {
            fails(
                    remote.get(new RowQuery("x", "acme", "1")),
                    new UnknownView("x", ViewCatalogue.names()));
            assertThat(authorizations).hasSize(1);
        }
    }

    @Test
    void whenNoneAnswersThatIsAProblemThatPasses() throws Exception {
        var failures = new Failures(() -> new UUID(0, 0));
        try (var remote = new HttpViews(config(gone(), gone()));
                var search = new HttpSearchIndex(config(gone()))) {
            fails(
                    remote.list(TASKS),
                    new ViewUnavailable("tasks", "no process that folds it answers"));
            fails(
                    search.search("acme", "x", 1),
                    new SearchUnavailable("no process that keeps an index answers"));
            var problem =
                    search.search("acme", "x", 1)
                            .handle((_, failure) -> failures.problem(failure, "search"));
            assertThat(done(problem).kind().status()).isEqualTo(503);
            assertThat(done(problem).headers()).containsEntry("Retry-After", "1");
        }
    }

    @Test
    void oneThatHangsIsGivenUp() throws Exception {
        try (var hanging = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                var remote =
                        new HttpViews(
                                new RemoteConfig(
                                        List.of(base(hanging.getLocalPort())),
                                        SECRET,
                                        Duration.ofSeconds(2),
                                        Duration.ofMillis(100),
                                        1))) {
            fails(
                    remote.list(TASKS),
                    new ViewUnavailable("tasks", "no process that folds it answers"));
        }
    }

    @Test
    void oneQuestionMoreThanMayIsRefused() throws Exception {
        var asked = new CountDownLatch(1);
        var later = new CompletableFuture<byte[]>();
        var base =
                serve(
                        QueryPaths.VIEWS,
                        QueryHandler.json(
                                8,
                                Map.of(
                                        "POST " + QueryPaths.LIST,
                                        _ -> {
                                            asked.countDown();
                                            return later;
                                        })));
        var config =
                new RemoteConfig(
                        List.of(base), SECRET, Duration.ofSeconds(2), Duration.ofSeconds(60), 1);
        try (var remote = new HttpViews(config)) {
            var first = remote.list(TASKS);
            asked.await();
            fails(
                    remote.list(TASKS),
                    new ViewUnavailable("tasks", "1 reads are under way already"));

            later.complete(ViewsJson.write(new ViewPage(List.of(), null, FakeViews.POSITION)));
            assertThat(done(first).items()).isEmpty();
            assertThat(done(remote.list(TASKS)).items()).isEmpty();
        }
    }

    @Test
    void theSecretIsNotShown() {
        assertThat(config(URI.create("http://views:1")).toString()).doesNotContain(SECRET);
    }

    private void refusedSearch(QueryError.Kind kind, Class<? extends Exception> type)
            throws Exception {
        var base =
                serve(
                        QueryPaths.SEARCH,
                        exchange -> {
                            var body = new QueryError(kind, "so it is").write();
                            exchange.sendResponseHeaders(kind.status(), body.length);
                            exchange.getResponseBody().write(body);
                            exchange.close();
                        });
        try (var remote = new HttpSearchIndex(config(base))) {
            assertThatThrownBy(() -> done(remote.search("acme", "x", 1)))
                    .as("%s", kind)
                    .hasCauseInstanceOf(type)
                    .hasMessageContaining("so it is");
        }
    }

    private URI views(FakeViews answering) throws IOException {
        return serve(
                QueryPaths.VIEWS,
                QueryHandler.json(
                        8,
                        Map.of(
                                "POST " + QueryPaths.LIST,
                                question ->
                                        answering
                                                .list(ViewsJson.readQuery(question))
                                                .thenApply(ViewsJson::write),
                                "POST " + QueryPaths.GET,
                                question ->
                                        answering
                                                .get(ViewsJson.readRowQuery(question))
                                                .thenApply(ViewsJson::write))));
    }

    private URI search() throws IOException {
        return serve(
                QueryPaths.SEARCH,
                QueryHandler.json(
                        8,
                        Map.of(
                                "POST " + QueryPaths.FIND,
                                question -> {
                                    var query = SearchJson.readSearch(question);
                                    return index.search(query.tenant(), query.text(), query.limit())
                                            .thenApply(SearchJson::write);
                                },
                                "POST " + QueryPaths.COUNT,
                                question -> {
                                    var query = SearchJson.readCount(question);
                                    return index.count(query.tenant(), query.documents())
                                            .thenApply(SearchJson::write);
                                })));
    }

    private URI serve(String path, com.sun.net.httpserver.HttpHandler handler) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                path,
                exchange -> {
                    authorizations.add(
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                    handler.handle(exchange);
                });
        server.start();
        servers.add(server);
        return base(server.getAddress().getPort());
    }

    private static URI gone() throws IOException {
        try (var socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            return base(socket.getLocalPort());
        }
    }

    private static URI base(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static RemoteConfig config(URI... bases) {
        return RemoteConfig.of(List.of(bases), SECRET);
    }

    private static void fails(CompletionStage<?> stage, Exception expected) {
        assertThatThrownBy(() -> done(stage))
                .cause()
                .isInstanceOf(expected.getClass())
                .hasMessage(expected.getMessage());
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
