package dev.millrace.domain.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {

    private static final Labels OURS = Labels.of(Sensitivity.INTERNAL, tags("a"));
    private static final Labels THEIRS = Labels.of(Sensitivity.RESTRICTED, tags("b"));

    @Test
    void whatFitsIsJoined() {
        var few = Labels.of(Sensitivity.PUBLIC, List.of("region=eu"));

        assertThat(OURS.canJoin(few)).isTrue();
        assertThat(OURS.joinIfItFits(few)).isEqualTo(OURS.join(few));
        assertThat(OURS.canJoin(OURS)).isTrue();
    }

    @Test
    void ofTagsThatAreTooManyTogetherTheOwnStayAndTheLevelIsTheStricter() {
        assertThat(OURS.canJoin(THEIRS)).isFalse();
        assertThat(OURS.joinIfItFits(THEIRS))
                .isEqualTo(Labels.of(Sensitivity.RESTRICTED, OURS.tags()));
    }

    private static List<String> tags(String prefix) {
        return IntStream.range(0, 17).mapToObj(number -> prefix + "=" + number).toList();
    }
}
