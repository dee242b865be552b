package dev.millrace.site.example;

import dev.millrace.inference.work.Attempt;
import dev.millrace.inference.work.WorkFailed;
import dev.millrace.inference.work.WorkKind;
import java.util.Map;
import java.util.TreeMap;

/// The kind `word.common`: the word that comes most often in all texts that tasks of the kind
/// `word.count`, for which it waits, have counted.
public final class CommonWord {

    private static final int CONCURRENCY = 8;

    private CommonWord() {}

    public static WorkKind<Input, Output> kind() {
        return new WorkKind<>(
                "word.common", Input.class, Output.class, CONCURRENCY, CommonWord::find);
    }

    /// Nothing: all that it needs comes from the tasks that it waits for.
    public record Input() {}

    /// The most common word.
    ///
    /// @param times in all texts together
    public record Output(String word, int times) {}

    private static Output find(Input input, Attempt attempt) throws WorkFailed {
        var counts = new TreeMap<String, Integer>();
        for (var dependency : attempt.dependencies()) {
            var counted = dependency.output(WordCount.Output.class);
            counted.counts().forEach((word, times) -> counts.merge(word, times, Integer::sum));
        }
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> new Output(most.getKey(), most.getValue()))
                .orElseThrow(() -> WorkFailed.forGood("no_words", "after: no counts"));
    }
}
