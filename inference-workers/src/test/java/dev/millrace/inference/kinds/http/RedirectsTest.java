package dev.millrace.inference.kinds.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.inference.work.WorkFailed;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedirectsTest {

    private static final URI FROM = URI.create("https://a.example/one/two?x=1");

    @Test
    void aPlaceIsReadAgainstTheAddressItCameFrom() throws Exception {
        assertThat(Redirects.target(FROM, 302, "three")).hasToString("https://a.example/one/three");
        assertThat(Redirects.target(FROM, 302, "/")).hasToString("https://a.example/");
        assertThat(Redirects.target(FROM, 302, "?y=2"))
                .hasToString("https://a.example/one/two?y=2");
        assertThat(Redirects.target(FROM, 302, "//b.example")).hasToString("https://b.example/");
    }

    @Test
    void otherAnswersLeadNowhere() throws Exception {
        for (int status : new int[] {200, 201, 300, 304, 404}) {
            assertThat(Redirects.target(FROM, status, "/")).as("%d", status).isNull();
        }
        assertThat(Redirects.target(FROM, 302, null)).isNull();
    }

    @Test
    void nobodyIsSentOnToAnythingElse() {
        for (var place :
                List.of("http://a.example/", "file:///etc/passwd", "ftp://a/", "a b", "//u:p@b/")) {
            var failed =
                    catchThrowableOfType(
                            WorkFailed.class, () -> Redirects.target(FROM, 301, place));

            assertThat(failed.failure().code()).as(place).isEqualTo("bad_redirect");
            assertThat(failed.isRetryable()).isFalse();
        }
    }

    @Test
    void theMethodFollowsTheStatus() {
        assertThat(Redirects.method(301, "POST")).isEqualTo("GET");
        assertThat(Redirects.method(302, "PUT")).isEqualTo("PUT");
        assertThat(Redirects.method(303, "DELETE")).isEqualTo("GET");
        assertThat(Redirects.method(303, "HEAD")).isEqualTo("HEAD");
        assertThat(Redirects.method(307, "POST")).isEqualTo("POST");
        assertThat(Redirects.method(308, "PATCH")).isEqualTo("PATCH");
    }
}
