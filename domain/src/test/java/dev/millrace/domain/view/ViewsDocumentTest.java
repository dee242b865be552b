package dev.millrace.domain.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.view.Views.ViewDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The end of `docs/views.md` is the catalogue for people; with `-Dupdate=true` this test writes
/// it.
class ViewsDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "views.md");
    private static final String MARKER = "<!-- From here on written by ViewsDocumentTest. -->\n";

    @Test
    void theDocumentSaysWhatTheCatalogueSays() throws IOException {
        var document = Files.readString(DOCUMENT);
        int end = document.indexOf(MARKER);
        assertThat(end).as("the marker in " + DOCUMENT).isPositive();
        var page =
                document.substring(0, end)
                        + MARKER
                        + ViewCatalogue.all().stream()
                                .map(ViewsDocumentTest::section)
                                .collect(Collectors.joining());
        if (Boolean.getBoolean("update")) {
            Files.writeString(DOCUMENT, page);
        }

        assertThat(Files.readString(DOCUMENT))
                .as(
                        "docs/views.md; to write it anew: ./mvnw -pl domain test"
                                + " -Dtest=ViewsDocumentTest -Dupdate=true")
                .isEqualTo(page);
    }

    private static String section(ViewDescription view) {
        var filters =
                view.filters().isEmpty()
                        ? "none"
                        : view.filters().stream()
                                .map(filter -> "`" + filter + "`")
                                .collect(Collectors.joining(", "));
        var rows =
                view.fields().stream()
                        .map(field ->
                                "| `%s` | %s%s | %s |\n"
                                        .formatted(
                                                field.name(),
                                                field.type()
                                                        .name()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', ' '),
                                                field.isNullable() ? " or null" : "",
                                                field.summary()))
                        .collect(Collectors.joining());
        return "\n## %s\n\n%s Key: %s. Filters: %s.\n\n| field | type | |\n|---|---|---|\n%s"
                .formatted(view.name(), view.summary(), view.key(), filters, rows);
    }
}
