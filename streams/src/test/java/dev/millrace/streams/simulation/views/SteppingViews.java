package dev.millrace.streams.simulation.views;

import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Views that answer before they return.
///
/// @param step lets happen what is to happen
record SteppingViews(Views views, Runnable step) implements Views {

    @Override
    public List<ViewDescription> describe() {
        return views.describe();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        var answer = views.list(query);
        step.run();
        return answer;
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        var answer = views.get(query);
        step.run();
        return answer;
    }
}
