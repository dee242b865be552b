package dev.millrace.gateway.diff;

import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.util.concurrent.CompletionStage;

/// A view as of one of the two moments.
interface Side {

    CompletionStage<ViewPage> list(ViewQuery query) throws Exception;

    CompletionStage<ViewRow> get(RowQuery query) throws Exception;
}
