package dev.millrace.gateway.views;

import dev.millrace.domain.view.Derivations;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Views that can be asked for what follows from a write, also where that is not made of it
/// directly. Safe for use by many threads.
public final class ReadYourWrites implements Views {

    private final Views views;
    private final Derivations derivations;

    public ReadYourWrites(Views views, Derivations derivations) {
        this.views = views;
        this.derivations = derivations;
    }

    @Override
    public List<ViewDescription> describe() {
        return views.describe();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        return isAtOnce(query.after())
                ? views.list(query)
                : derivations
                        .within(query.view(), query.after())
                        .thenCompose(after -> views.list(query.after(after)));
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        return isAtOnce(query.after())
                ? views.get(query)
                : derivations
                        .within(query.view(), query.after())
                        .thenCompose(after -> views.get(query.after(after)));
    }

    private static boolean isAtOnce(Position after) {
        return after.offsets().isEmpty();
    }
}
