package dev.millrace.streams.simulation.views;

import java.util.Map;

/// Is shown what the views hold and what becomes of reads.
public interface ViewsWitness {

    /// The stores of a task that an instance folds, between two records.
    ///
    /// @param rows by store, then key
    void stands(StreamTask task, String instance, Map<String, Map<String, ?>> rows);

    /// A read was answered.
    ///
    /// @param answer a `ViewRow` or a `ViewPage`
    void answered(Ask ask, Object answer);

    /// A read failed.
    ///
    /// @param isAllWell whether nothing had gone wrong for a while when it began
    void failed(Ask ask, Throwable failure, boolean isAllWell);

    /// A read was neither answered nor refused within the longest time that it may take, though
    /// whoever was asked is alive.
    void silent(Ask ask);

    /// Sees nothing.
    static ViewsWitness none() {
        return new ViewsWitness() {
            @Override
            public void stands(
                    StreamTask task, String instance, Map<String, Map<String, ?>> rows) {}

            @Override
            public void answered(Ask ask, Object answer) {}

            @Override
            public void failed(Ask ask, Throwable failure, boolean isAllWell) {}

            @Override
            public void silent(Ask ask) {}
        };
    }
}
