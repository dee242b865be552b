package dev.millrace.site.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {

    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void theDocumentedSettingsAreTheDeclaredOnes() throws Exception {
        if (Boolean.getBoolean("update")) {
            Files.writeString(PAGE, SettingsPage.markdown());
        }

        assertThat(PAGE).hasContent(SettingsPage.markdown());
    }
}
