package dev.millrace.streams.views.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerKeyTest {

    @Test
    void whatAProcessOrAClaimAddsToANameIsLeftOut() {
        assertThat(WorkerKey.name("site/0c2f6a1b9e44")).isEqualTo("site");
        assertThat(WorkerKey.name("a/b/0C2F6A1B9E44")).isEqualTo("a/b");
        for (var whole :
                List.of(
                        "documents",
                        "site/0c2f6a1b9e4",
                        "site/0c2f6a1b9e44a",
                        "site/0c2f6a1b9e4z",
                        "/0c2f6a1b9e44",
                        "0c2f6a1b9e44",
                        "")) {
            assertThat(WorkerKey.name(whole)).isEqualTo(whole);
        }
    }

    @Test
    void keyInTheStoreSaysAllOfIt() {
        for (var name : List.of("w", "a|b", "*", "ä/ö", "~")) {
            var ofKind = WorkerKey.ofKind(name, "shout.loud");
            var ofModel = WorkerKey.ofModel(name, "m|1", "1:2");

            assertThat(WorkerKey.parse(ofKind.stored("a|b"))).isEqualTo(ofKind);
            assertThat(ofKind.part(0)).isEqualTo("shout.loud");
            assertThat(WorkerKey.parse(ofModel.stored("acme"))).isEqualTo(ofModel);
            assertThat(ofModel.part(0)).isEqualTo("m|1");
            assertThat(ofModel.part(1)).isEqualTo("1:2");
        }
    }

    @Test
    void usageKeyInTheStoreAndOfARowSayAllOfIt() {
        var key = new UsageKey("2026-11-22", "echo", "oidc", "ann:of|acme");

        assertThat(UsageKey.parse(key.stored("acme"))).isEqualTo(key);
        assertThat(UsageKey.ofRow("2026-11-22:echo:oidc:ann:of|acme")).isEqualTo(key);
        assertThat(UsageKey.ofRow("2026-11-22:echo:oidc")).isNull();
    }
}
