package dev.millrace.gateway.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PreferredWaitTest {

    @Test
    void waitIsFoundAmongOtherPreferences() {
        var seconds =
                Map.ofEntries(
                        Map.entry("wait=20", 20),
                        Map.entry("WAIT = 20", 20),
                        Map.entry("respond-async, wait=5", 5),
                        Map.entry("respond-async,wait=5; a=b , c", 5),
                        Map.entry("return=minimal; text=\"a, wait=9; b\", wait=7", 7),
                        Map.entry("a=\"\\\", wait=9\", wait=7", 7),
                        Map.entry("wait=\"7\"", 7),
                        Map.entry("wait=3, wait=4", 3),
                        Map.entry("wait=0009", 9));
        seconds.forEach((header, expected) ->
                assertThat(PreferredWait.of(header))
                        .as(header)
                        .isEqualTo(new PreferredWait(expected)));
    }

    @Test
    void aLongerWaitIsCut() {
        for (var header : List.of("wait=60", "wait=61", "wait=99999", "wait=" + "9".repeat(5000))) {
            assertThat(PreferredWait.of(header)).as(header).isEqualTo(new PreferredWait(60));
        }
    }

    @Test
    void whatIsNoWaitIsPassedOver() {
        assertThat(PreferredWait.of(null)).isNull();
        for (var header :
                List.of(
                        "",
                        "wait",
                        "wait=",
                        "wait=0",
                        "wait=-1",
                        "wait=1.5",
                        "wait=20s",
                        "waiting=5",
                        "respond-async",
                        "a=\"wait=5",
                        "wait=a, wait=5",
                        ",,;=",
                        "wait=\"\"",
                        "wait=٣")) {
            assertThat(PreferredWait.of(header)).as(header).isNull();
        }
    }
}
