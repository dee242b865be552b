package dev.millrace.streams.views;

import dev.millrace.domain.view.Views;
import java.time.Duration;

/// How long a read may take.
///
/// @param read once it is its turn; then the view is unavailable. While the brokers are away, Kafka
///   Streams may hold a store for as long as its producer waits for them
/// @param position for the position that it is to come after
/// @param move for a partition that moves from one instance to another or is being restored
record Patience(Duration read, Duration position, Duration move) {

    static final Patience USUAL =
            new Patience(Duration.ofSeconds(10), Views.LONGEST_WAIT, Duration.ofSeconds(2));
}
