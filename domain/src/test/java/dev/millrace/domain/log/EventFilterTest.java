package dev.millrace.domain.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventFilterTest {

    private static final Actor ADA = new Actor("ada", Proof.LOCAL);

    @Test
    void typesAreNamedWithOrWithoutTheirPrefix() {
        assertThat(EventFilter.types("task.submitted,dev.millrace.task.failed,,task.q*"))
                .containsExactlyInAnyOrder(
                        "dev.millrace.task.submitted",
                        "dev.millrace.task.failed",
                        "dev.millrace.task.q*");
        assertThat(EventFilter.types(null)).isEmpty();
        assertThat(EventFilter.types("")).isEmpty();
    }

    @Test
    void typeIsTakenByItsNameOrByItsBeginning() {
        var filter = new EventFilter("t", null, EventFilter.types("task.failed,document.*"), null);

        assertThat(filter.takes("dev.millrace.task.failed", ADA)).isTrue();
        assertThat(filter.takes("dev.millrace.task.failed.again", ADA)).isFalse();
        assertThat(filter.takes("dev.millrace.document.cut", ADA)).isTrue();
        assertThat(filter.takes("dev.millrace.task.queued", ADA)).isFalse();
    }

    @Test
    void onlyWhatAnActorCausedIsTaken() {
        assertThat(new EventFilter("t", null, Set.of(), "ada").takes("x", ADA)).isTrue();
        assertThat(new EventFilter("t", null, Set.of(), "bob").takes("x", ADA)).isFalse();
        assertThat(EventFilter.all("t").takes("x", ADA)).isTrue();
    }
}
