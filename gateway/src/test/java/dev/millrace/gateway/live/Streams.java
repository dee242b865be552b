package dev.millrace.gateway.live;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.LiveLog;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// Streams without a gateway.
final class Streams {

    private Streams() {}

    /// A stream of events.
    static LiveStream ofEvents(
            LiveLog log,
            Ring ring,
            Turns turns,
            Selection selection,
            EventFilter filter,
            long[] place,
            Sink sink,
            Executor executor,
            Consumer<LiveStream> whenOver) {
        var outlet = new SseOutlet(sink);
        return new LiveStream(
                outlet,
                executor,
                whenOver,
                stream ->
                        new EventSource(
                                stream,
                                outlet,
                                ring,
                                new Cursor(
                                        log,
                                        ring,
                                        turns,
                                        selection,
                                        filter,
                                        place,
                                        stream::run,
                                        stream::signal)));
    }
}
