package dev.millrace.domain.audit.bundle;

import static dev.millrace.domain.audit.bundle.SampleSite.NOON;
import static dev.millrace.domain.audit.bundle.SampleSite.ONE;
import static dev.millrace.domain.audit.bundle.SampleSite.OPERATOR;
import static dev.millrace.domain.audit.bundle.SampleSite.TRUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.bundle.Witness.Answer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WitnessTest {

    private final SampleSite site;
    private final Witness witness = new Witness(ONE, List.of(OPERATOR.shown()));
    private final Snapshot first;

    WitnessTest() throws IOException {
        site = new SampleSite();
        site.append("a", 0, 10);
        site.append("b", 0, 10);
        first = site.checkpoint();
    }

    @Test
    void continuedHistoryIsCountersigned() throws IOException {
        site.append("a", 0, 5);
        site.append("c", 0, 5);
        site.recover("b", 0, 9);
        var second = site.checkpoint();

        assertThat(witness.answer(site.offer(first, null).encode(), null, NOON))
                .isEqualTo(
                        new Answer.Countersigned(text(first), ONE.countersign(text(first), NOON)));
        var answer = witness.answer(site.offer(second, first).encode(), text(first), NOON);
        assertThat(answer).isInstanceOf(Answer.Countersigned.class);
        var line = ((Answer.Countersigned) answer).line();
        var note = OPERATOR.sign(text(second)).with(line);
        assertThat(TRUSTED.check(note).witnesses()).hasSize(1);
        // Asked for the same once more it says the same.
        assertThat(witness.answer(site.offer(second, second).encode(), text(second), NOON))
                .isEqualTo(answer);
    }

    @Test
    void rewrittenOrLostHistoryIsNotCountersigned() throws IOException {
        site.rewrite("a", 0, 9);
        var rewritten = site.checkpoint();

        assertThat(refusal(site.offer(rewritten, first), text(first)))
                .isEqualTo(
                        "a-0: its tree of 10 records in epoch 0 does not begin with the 10 of before");
        site.remove("a", 0);
        var vanished = site.checkpoint();
        assertThat(refusal(site.offer(vanished, first), text(first)))
                .isEqualTo("earlier checkpoint: not all of its partitions are there");
    }

    @Test
    void offerThatDoesNotShowEverythingIsNotCountersigned() throws IOException {
        site.append("a", 0, 1);
        var second = site.checkpoint();
        site.append("a", 0, 1);
        var third = site.checkpoint();

        assertThat(refusal(site.bundle(second, first, site.whole(second, "a", 0)), text(first)))
                .isEqualTo("bundle: not all partitions of the site are there");
        assertThat(refusal(site.offer(third, second), text(first)))
                .isEqualTo("earlier checkpoint: not the one countersigned last, of size 1");
        assertThat(refusal(site.offer(third, null), text(first)))
                .isEqualTo("earlier checkpoint: not the one countersigned last, of size 1");
        assertThat(refusal(site.offer(second, first), text(third)))
                .isEqualTo("earlier checkpoint: not the one countersigned last, of size 3");
    }

    private String refusal(Bundle offer, String last) {
        var answer = witness.answer(offer.encode(), last, NOON);
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused) answer).flaws().getFirst().toString();
    }

    private static String text(Snapshot snapshot) {
        return snapshot.checkpoint().text();
    }
}
