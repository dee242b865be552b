package dev.millrace.streams.views;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.Views;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/// One generation of the views as this process runs it. Safe for use by many threads; cannot be
/// started again once closed.
public interface RunningViews extends AutoCloseable {

    /// Starts and returns at once; see [#isReady].
    void start();

    /// The views, which answer that they are unavailable until it is ready.
    Views views();

    /// Serves what this instance holds to the other instances of this generation.
    HttpHandler storesHandler();

    /// Tells the other instances of this generation how far this one has folded.
    HttpHandler arrivalsHandler();

    /// Whether it runs and every partition it has to hold can be read: all of them if it is the
    /// only instance, else those that are assigned to it.
    boolean isReady();

    /// How far all instances of this generation have folded the log, in all partitions of all
    /// views; of what several read at once, no more than is certain. Blocks.
    ///
    /// @throws InvalidStateStoreException while one of them cannot be read
    Position position();

    /// How many partitions of the source topics this instance folds just now.
    int partitionsHere();

    /// Begins no more work, whatever waits in the topics, until [#resume].
    void pause();

    /// Goes on after [#pause].
    void resume();

    /// Kafka's word for what it is doing, for instance `REBALANCING`.
    String state();

    /// Stops reading, commits and stops folding, within 10 s.
    @Override
    void close();
}
