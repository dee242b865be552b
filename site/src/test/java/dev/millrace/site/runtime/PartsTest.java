package dev.millrace.site.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PartsTest {

    private final List<String> stopped = Collections.synchronizedList(new ArrayList<>());
    private final Parts parts = new Parts(_ -> {}, Duration.ofMillis(200));

    @Test
    void partsAreStoppedInReverseOfTheOrderTheyCameUpIn() {
        start("one");
        start("two");
        start("three");

        parts.close();

        assertThat(stopped).containsExactly("three", "two", "one");
    }

    @Test
    void onePartThatDoesNotStopKeepsNoOtherFromStopping() {
        var never = new CountDownLatch(1);
        start("one");
        parts.start("stuck", () -> "stuck", _ -> never.await());
        parts.start(
                "broken",
                () -> "broken",
                _ -> {
                    throw new IOException("no");
                });
        start("two");

        parts.close();

        assertThat(stopped).containsExactly("two", "one");
    }

    @Test
    void closingTwiceStopsOnce() throws Exception {
        start("one");

        parts.close();
        parts.close();
        parts.awaitClose();

        assertThat(stopped).containsExactly("one");
    }

    @Test
    void afterAFailureNothingMoreStarts() {
        start("one");

        assertThatThrownBy(() -> parts.start("two", PartsTest::refuse, _ -> {}))
                .isInstanceOf(PartFailed.class)
                .hasMessage("two: the port is taken");
        assertThatThrownBy(() -> start("three"))
                .isInstanceOf(PartFailed.class)
                .hasMessage("three: not started, the site is stopping");

        assertThat(parts.failure()).hasMessage("two: the port is taken");
        parts.close();
        assertThat(stopped).containsExactly("one");
    }

    @Test
    void aPartThatWasComingUpWhenTheSiteWasStoppedIsStoppedToo() throws Exception {
        var comingUp = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var slow =
                CompletableFuture.runAsync(() ->
                        parts.start(
                                "slow",
                                () -> {
                                    comingUp.countDown();
                                    goOn.await();
                                    return "slow";
                                },
                                stopped::add));
        comingUp.await();

        var closing = CompletableFuture.runAsync(parts::close);
        goOn.countDown();
        CompletableFuture.allOf(slow, closing).join();

        assertThat(stopped).containsExactly("slow");
    }

    private void start(String name) {
        var _ = parts.start(name, () -> name, stopped::add);
    }

    private static String refuse() throws IOException {
        throw new IOException("the port is taken");
    }
}
