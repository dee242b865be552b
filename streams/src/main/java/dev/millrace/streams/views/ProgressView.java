package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.streams.views.fold.Json;
import dev.millrace.streams.views.fold.ProgressRow;
import dev.millrace.streams.views.fold.ViewsTopology;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.List;

/// The view `task-progress`: what was last said of how far each task is, by the order of their ids,
/// the last first.
record ProgressView() implements View {

    @Override
    public ViewDescription description() {
        return ViewCatalogue.TASK_PROGRESS;
    }

    @Override
    public List<String> applied() {
        return List.of(ViewsTopology.TASK_PROGRESS_APPLIED);
    }

    @Override
    public ViewPage list(ViewQuery query, ViewStores stores) {
        var page = new Page(query, stores.position(ViewsTopology.TASK_PROGRESS_APPLIED));
        var prefix = ProgressRow.prefix(query.tenant());
        var after = PageToken.placeIn(query);
        var rows = stores.<ProgressRow>all(ViewsTopology.TASK_PROGRESS);
        page.count(() -> MergedScan.count(rows, prefix));
        try (var scan = MergedScan.list(rows, prefix, after, !query.reversed())) {
            while (scan.hasNext() && !page.isFull()) {
                var row = scan.next();
                var place = row.key().substring(prefix.length());
                if (!place.equals(after)) {
                    page.add(Json.text(row.value()), place);
                }
            }
            return page.done(scan.hasNext());
        }
    }

    @Override
    public ViewRow get(String tenant, String key, ViewStores stores) {
        var position = stores.position(ViewsTopology.TASK_PROGRESS_APPLIED);
        for (var store : stores.<ProgressRow>all(ViewsTopology.TASK_PROGRESS)) {
            var row = store.get(ProgressRow.key(tenant, key));
            if (row != null) {
                return new ViewRow(key, Json.text(row), position);
            }
        }
        return new ViewRow(key, null, position);
    }
}
