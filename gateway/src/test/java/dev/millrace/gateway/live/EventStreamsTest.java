package dev.millrace.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The bounds of all streams together.
class EventStreamsTest {

    private final FakeLiveLog log = new FakeLiveLog(Map.of("millrace.task-events", 2));

    @Test
    void oneStreamTooManyIsRefused() {
        var streams = new LiveStreams(log, Runnable::run, new StreamLimits(0, 1, 1, 1));

        assertThatThrownBy(() -> new EventStreams(streams).open(call("latest")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> {
                            assertThat(refused.problem().kind()).isEqualTo(ProblemKind.OVERLOADED);
                            assertThat(refused.problem().headers()).containsKey("Retry-After");
                        });
    }

    @Test
    void logIsFollowedOnceAndOnlyWhileSomebodyListens() throws Exception {
        var streams = new LiveStreams(log, Runnable::run);
        assertThat(log.tails()).isZero();
        open(streams);
        open(streams);
        assertThat(log.tails()).isEqualTo(1);

        for (int second = 0; second < 59; second++) {
            streams.tick();
        }
        assertThat(log.tails()).isEqualTo(1);
        streams.tick();
        assertThat(log.tails()).isZero();

        open(streams);
        assertThat(log.tails()).isEqualTo(1);
        streams.close();
        assertThat(log.tails()).isZero();
        assertThatThrownBy(() -> open(streams)).hasCauseInstanceOf(ViewUnavailable.class);
    }

    @Test
    void partitionThatIsAddedIsFoundWithinHalfAMinute() throws Exception {
        var streams = new LiveStreams(log, Runnable::run);
        open(streams);
        var before = streams.broadcast().join();
        log.addPartition("millrace.task-events");
        log.add("millrace.task-events", 2, "acme", "k", "dev.millrace.x", "{}");
        for (int second = 0; second < 29; second++) {
            streams.tick();
        }
        assertThat(streams.broadcast().join()).isSameAs(before);

        streams.tick();

        assertThat(log.tails()).isZero();
        assertThat(streams.broadcast().join().layout().partitionsOf("millrace.task-events"))
                .isEqualTo(3);
    }

    @Test
    void brokersThatDidNotAnswerAreAskedAgain() throws Exception {
        var streams = new LiveStreams(log, Runnable::run);
        log.setBroken(true);
        assertThatThrownBy(() -> open(streams)).hasCauseInstanceOf(ViewUnavailable.class);

        log.setBroken(false);
        open(streams);
        assertThat(log.tails()).isEqualTo(1);
    }

    private static void open(LiveStreams streams) throws Exception {
        var answer =
                new EventStreams(streams)
                        .open(call("latest"))
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
        assertThat(answer.mediaType()).isEqualTo("text/event-stream");
        assertThat(answer.stream()).isNotNull();
    }

    private static Call call(String from) {
        return new Call(
                new Principal("a", "acme", Set.of(Role.ADMIN), new Actor("a", Actor.Proof.LOCAL)),
                "/v1/events",
                Map.of(),
                Map.of("from", from),
                Map.of(),
                "",
                new JsonObject(),
                null,
                true);
    }
}
