package dev.millrace.site.example;

import dev.millrace.inference.work.Attempt;
import dev.millrace.inference.work.WorkFailed;
import dev.millrace.inference.work.WorkKind;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The kind `word.count`: counts the words of a text.
public final class WordCount {

    /// How many attempts this process works on at once.
    private static final int CONCURRENCY = 8;

    private WordCount() {}

    public static WorkKind<Input, Output> kind() {
        return new WorkKind<>(
                "word.count", Input.class, Output.class, CONCURRENCY, WordCount::count);
    }

    /// What is counted.
    ///
    /// @param atLeast leaves out words that come less often; 1 when absent
    public record Input(String text, @Nullable Integer atLeast) {}

    /// How often each word comes.
    public record Output(int words, Map<String, Integer> counts) {}

    private static Output count(Input input, Attempt attempt) throws WorkFailed {
        if (input.text().isBlank()) {
            // The same text fails again, so that no further attempt is made.
            throw WorkFailed.forGood("no_words", "text: blank (expected: at least one word)");
        }
        var words = input.text().strip().split("\\s+", -1);
        var counts = new TreeMap<String, Integer>();
        for (int done = 0; done < words.length; done++) {
            counts.merge(words[done], 1, Integer::sum);
            attempt.progress((done + 1.0) / words.length, "word " + (done + 1));
        }
        int least = input.atLeast() == null ? 1 : input.atLeast();
        counts.values().removeIf(times -> times < least);
        return new Output(words.length, counts);
    }
}
