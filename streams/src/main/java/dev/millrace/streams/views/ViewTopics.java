package dev.millrace.streams.views;

import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.List;

/// Which topics each view is made of.
public final class ViewTopics {

    private static final List<View> VIEWS = View.all();

    private ViewTopics() {}

    /// The topics' full names; none if there is no such view.
    public static List<String> of(String view) {
        return VIEWS.stream()
                .filter(one -> one.description().name().equals(view))
                .flatMap(one -> one.applied().stream())
                .flatMap(applied -> ViewsTopology.topics(applied).stream())
                .toList();
    }
}
