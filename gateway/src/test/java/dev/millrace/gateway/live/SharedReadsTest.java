package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.view.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SharedReadsTest {

    private static final int WAITING = 20_000;

    private final List<CompletableFuture<String>> begun = new ArrayList<>();
    private final SharedReads<Integer, String> reads =
            new SharedReads<>(this::read, _ -> Position.START, String::length);
    private boolean failsAtOnce;
    private boolean isThrown;

    @Test
    void anyNumberOfReadsThatFailAtOnceAreTold() {
        var asked = askMany();
        failsAtOnce = true;

        begun.forEach(read -> read.complete("now"));

        assertThat(asked).allMatch(CompletableFuture::isDone);
        assertThat(asked).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(WAITING);
    }

    @Test
    void readsThatCannotEvenBeginAreToldAndLeaveRoomForOthers() {
        var asked = askMany();
        isThrown = true;
        begun.forEach(read -> read.complete("now"));
        assertThat(asked).allMatch(CompletableFuture::isDone);
        isThrown = false;
        begun.clear();

        var again = reads.ask(-1, Position.START);

        assertThat(begun).hasSize(1);
        begun.getFirst().complete("again");
        assertThat(again).isCompletedWithValue("again");
    }

    private CompletionStage<String> read(Integer question, Position after) {
        if (isThrown) {
            throw new IllegalStateException("a test");
        }
        if (failsAtOnce) {
            return CompletableFuture.failedFuture(new IllegalStateException("a test"));
        }
        var read = new CompletableFuture<String>();
        begun.add(read);
        return read;
    }

    private List<CompletableFuture<String>> askMany() {
        var asked = new ArrayList<CompletableFuture<String>>();
        for (int question = 0; question < WAITING + SharedReads.MOST_AT_ONCE; question++) {
            asked.add(reads.ask(question, Position.START));
        }
        assertThat(begun).hasSize(SharedReads.MOST_AT_ONCE);
        return asked;
    }
}
