package dev.millrace.inference.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.inference.kinds.http.FakeAttempt;
import dev.millrace.inference.work.WorkFailed;
import dev.millrace.inference.work.WorkKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EchoTest {

    @Test
    void outputIsTheInput() throws Exception {
        var input = Map.of("a", 1.5, "b", List.of(Map.of("c", true)), "delay_ms", 1);

        assertThat(perform(input)).isEqualTo(input);
    }

    @Test
    void itFailsAsOftenAsItIsAskedTo() throws Exception {
        var failed = catchThrowableOfType(WorkFailed.class, () -> perform(Map.of("fail_times", 1)));

        assertThat(failed.failure().code()).isEqualTo("drill");
        assertThat(failed.isRetryable()).isTrue();
        assertThat(perform(Map.of("fail_times", 0))).isEqualTo(Map.of("fail_times", 0));
    }

    @Test
    void whatIsNoNumberIsRefusedForGood() {
        var failed =
                catchThrowableOfType(WorkFailed.class, () -> perform(Map.of("delay_ms", "soon")));

        assertThat(failed.failure().code()).isEqualTo("bad_input");
        assertThat(failed.failure().detail()).contains("delay_ms", "soon");
        assertThat(failed.isRetryable()).isFalse();
    }

    @SuppressWarnings("unchecked") // the kind does not show what it takes
    private static Object perform(Map<String, ?> input) throws Exception {
        var kind = (WorkKind<Map<String, ?>, Map<?, ?>>) Echo.kind();
        return kind.work().perform(input, new FakeAttempt());
    }
}
