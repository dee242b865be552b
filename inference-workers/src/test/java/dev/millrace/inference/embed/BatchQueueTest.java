package dev.millrace.inference.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.Vector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchQueueTest {

    private final BatchQueue queue = new BatchQueue();
    private final List<List<String>> batches = new CopyOnWriteArrayList<>();

    @Test
    void everyTextGetsItsOwnVectorInOrder() throws Exception {
        var asked = new ArrayList<List<String>>();
        var answers = new ArrayList<CompletionStage<List<Vector>>>();
        for (int size : new int[] {1, 700, 3, 256, 5, 1}) {
            var texts = texts("r" + asked.size(), size);
            asked.add(texts);
            answers.add(queue.offer(texts));
        }

        serveInBackground();

        for (int i = 0; i < asked.size(); i++) {
            assertThat(result(answers.get(i)))
                    .isEqualTo(asked.get(i).stream().map(BatchQueueTest::vectorOf).toList());
        }
        assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 256));
        assertThat(batches).hasSize(4);
    }

    @Test
    void liveQueriesGoBeforeLongRequests() throws Exception {
        var bulk = queue.offer(texts("bulk", 1_000));
        var live = queue.offer(List.of("live"));

        serveInBackground();

        result(live);
        result(bulk);
        assertThat(batches.getFirst()).startsWith("live").hasSize(256);
    }

    @Test
    void floodOfQueriesLeavesRoomForLongRequests() throws Exception {
        var answers = new ArrayList<CompletionStage<List<Vector>>>();
        answers.add(queue.offer(texts("bulk", 100)));
        for (int i = 0; i < 100; i++) {
            answers.add(queue.offer(texts("live" + i, BatchQueue.SHORT)));
        }

        serveInBackground();

        for (var answer : answers) {
            result(answer);
        }
        assertThat(batches.getFirst().stream().filter(text -> text.startsWith("bulk"))).hasSize(64);
    }

    @Test
    void onlySoManyRequestsMayWait() {
        for (int i = 0; i < BatchQueue.MAX_REQUESTS; i++) {
            var _ = queue.offer(List.of("waits"));
        }

        assertThatThrownBy(() -> result(queue.offer(List.of("one too many"))))
                .hasCauseInstanceOf(EmbedderBusy.class)
                .hasMessageContaining("256 requests wait");
    }

    @Test
    void requestMayHoldOnlySoManyTexts() {
        var texts = Collections.nCopies(BatchQueue.MAX_TEXTS + 1, "x");

        assertThatThrownBy(() -> result(queue.offer(texts)))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("texts: 4097 (expected: 0..4096)");
    }

    @Test
    void noTextsNeedNoModel() throws Exception {
        assertThat(result(queue.offer(List.of()))).isEmpty();
    }

    @Test
    void onlyTheRequestToBlameFails() throws Exception {
        var good = queue.offer(List.of("good"));
        var bad = queue.offer(List.of("bad"));
        var alsoGood = queue.offer(texts("good", 600));

        serveInBackground();

        assertThat(result(good)).containsExactly(vectorOf("good"));
        assertThatThrownBy(() -> result(bad)).hasRootCauseMessage("cannot take: bad");
        assertThat(result(alsoGood)).hasSize(600);
    }

    @Test
    void closingFailsWhatWaitsAndWhatComes() throws Exception {
        var waiting = queue.offer(List.of("waits"));
        queue.close();

        assertThatThrownBy(() -> result(waiting)).hasCauseInstanceOf(ModelNotReady.class);
        assertThatThrownBy(() -> result(queue.offer(List.of("comes"))))
                .hasCauseInstanceOf(ModelNotReady.class);
        queue.serve(this::embed);
    }

    private void serveInBackground() {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        queue.serve(this::embed);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private List<Vector> embed(List<String> texts) {
        if (texts.contains("bad")) {
            throw new IllegalStateException("cannot take: bad");
        }
        batches.add(List.copyOf(texts));
        return texts.stream().map(BatchQueueTest::vectorOf).toList();
    }

    private static Vector vectorOf(String text) {
        return Vector.of(text.hashCode());
    }

    private static List<String> texts(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
    }

    private static <T> T result(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
