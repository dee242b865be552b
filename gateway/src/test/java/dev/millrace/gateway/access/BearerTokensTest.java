package dev.millrace.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Actor.Proof;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BearerTokensTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final Principal ADMIN =
            new Principal("admin", "default", Set.of(Role.ADMIN), new Actor("admin", Proof.LOCAL));
    private static final BearerTokens TOKENS = new BearerTokens(Map.of(TOKEN, ADMIN));

    @Test
    void tokenStandsForItsPrincipal() {
        assertThat(TOKENS.principal("Bearer " + TOKEN)).isEqualTo(ADMIN);
        assertThat(TOKENS.principal("bearer  " + TOKEN)).isEqualTo(ADMIN);
    }

    @Test
    void everythingElseStandsForNobody() {
        for (var header :
                List.of(
                        "",
                        "Bearer",
                        "Bearer ",
                        TOKEN,
                        "Basic " + TOKEN,
                        "Bearer " + TOKEN.substring(1),
                        "Bearer " + TOKEN + "0",
                        "Bearer " + "x".repeat(10_000))) {
            assertThat(TOKENS.principal(header)).as(header).isNull();
        }
        assertThat(TOKENS.principal(null)).isNull();
    }

    @Test
    void shortTokenIsRefused() {
        assertThatThrownBy(() -> new BearerTokens(Map.of("guess", ADMIN)))
                .hasMessageContaining("16..8192")
                .hasMessageNotContaining("guess");
    }
}
