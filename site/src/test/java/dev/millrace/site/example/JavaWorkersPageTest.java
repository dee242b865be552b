package dev.millrace.site.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaWorkersPageTest {

    private static final Path PAGE = Path.of("../docs/java-workers.md");
    private static final Path CODE = Path.of("src/test/java/dev/millrace/site/example");

    @ParameterizedTest
    @ValueSource(strings = {"WordCount.java", "CommonWord.java", "WordCountWorker.java"})
    void theCodeOnThePageIsTheCodeThatIsTested(String file) throws IOException {
        var code = Files.readString(CODE.resolve(file));
        var block =
                Pattern.compile(
                                Pattern.quote("<!-- " + file + " -->\n```java\n") + "(.*?)```",
                                Pattern.DOTALL)
                        .matcher(Files.readString(PAGE));
        if (Boolean.getBoolean("update")) {
            Files.writeString(
                    PAGE,
                    block.replaceFirst(
                            Matcher.quoteReplacement(
                                    "<!-- " + file + " -->\n```java\n" + code + "```")));
            block.reset(Files.readString(PAGE));
        }

        assertThat(block.find()).as("a block of " + file).isTrue();
        assertThat(block.group(1)).isEqualTo(code);
    }
}
