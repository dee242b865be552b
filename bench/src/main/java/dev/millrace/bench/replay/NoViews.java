package dev.millrace.bench.replay;

import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Stands where a replay looks for the live views, which one that ends at a position never does.
final class NoViews implements Views {

    @Override
    public List<ViewDescription> describe() {
        return List.of();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        return CompletableFuture.failedFuture(asked());
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        return CompletableFuture.failedFuture(asked());
    }

    private static IllegalStateException asked() {
        return new IllegalStateException("a replay up to a position asks for no live view");
    }
}
