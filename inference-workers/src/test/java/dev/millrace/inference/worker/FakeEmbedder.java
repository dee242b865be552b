package dev.millrace.inference.worker;

import dev.millrace.domain.search.Embedder;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// An embedder that fails on texts with `poison` in them, or always, or is not ready.
final class FakeEmbedder implements Embedder {

    static final Model MODEL = new Model("fake", "7", 2);

    private final List<List<String>> asked = new ArrayList<>();
    private @Nullable Exception always;
    private int checksUntilReady;

    static Vector vectorOf(String text) {
        return Vector.of(text.length(), 1);
    }

    void failAlways(@Nullable Exception cause) {
        always = cause;
    }

    void becomeReadyAfter(int checks) {
        checksUntilReady = checks;
    }

    List<List<String>> asked() {
        return asked;
    }

    @Override
    public CompletionStage<List<Vector>> embed(List<String> texts) {
        asked.add(List.copyOf(texts));
        if (always != null) {
            return CompletableFuture.failedStage(always);
        }
        if (checksUntilReady > 0) {
            return CompletableFuture.failedStage(new ModelNotReady("the model is being loaded"));
        }
        if (texts.stream().anyMatch(text -> text.contains("poison"))) {
            return CompletableFuture.failedStage(new IllegalArgumentException("indigestible"));
        }
        return CompletableFuture.completedStage(
                texts.stream().map(FakeEmbedder::vectorOf).toList());
    }

    @Override
    public Model model() {
        return MODEL;
    }

    @Override
    public boolean isReady() {
        if (checksUntilReady > 0) {
            checksUntilReady--;
        }
        return checksUntilReady == 0;
    }
}
