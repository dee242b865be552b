package dev.millrace.site.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SiteOptionsTest {

    @Test
    void theGatewayOfAUrlIsItself() throws Exception {
        assertThat(of("https://site:7070").gateway()).isEqualTo(URI.create("https://site:7070"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://user:secret@site:7070", "http://user:se/cret@site", "secret@"})
    void passwordInAUrlIsRefusedAndNotRepeated(String url) {
        assertThatThrownBy(() -> of(url).gateway())
                .isInstanceOf(ApiProblem.class)
                .hasMessage("url: *** (expected: http://host:port without user and password)");
    }

    private static SiteOptions of(String url) {
        return CommandLine.populateCommand(new SiteOptions(), "--url", url);
    }
}
