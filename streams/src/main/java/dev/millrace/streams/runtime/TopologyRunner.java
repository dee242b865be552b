package dev.millrace.streams.runtime;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one topology: starts it, replaces a thread that dies, says whether it works.
///
/// A thread that dies because the broker, the Schema Registry or another [Absence] is away is
/// replaced after 0.5 s, then after twice as long each time, up to half a minute, for as long as it
/// takes. One that dies of anything else is replaced at most [#MOST_REPLACEMENTS] times in ten
/// minutes, after 0.5, 1, 2, 4 and 8 seconds; after that the application stops itself and
/// [#isReady] stays false until the process is started again. Nothing is lost then: what was not
/// committed is still in the log. Safe for use by many threads.
public final class TopologyRunner implements AutoCloseable {

    /// How often a thread is replaced within ten minutes, outages apart.
    public static final int MOST_REPLACEMENTS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(TopologyRunner.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final String name;
    private final KafkaStreams streams;
    private final Replacements replacements;
    private volatile @Nullable String missing;
    private volatile boolean isPaused;
    private final CountDownLatch closing = new CountDownLatch(1);

    /// @param name of the application, for the log
    /// @param settings of Kafka Streams
    public TopologyRunner(
            String name, Topology topology, Map<String, Object> settings, InstantSource clock) {
        this.name = name;
        this.replacements = new Replacements(MOST_REPLACEMENTS, Duration.ofMinutes(10), clock);
        var properties = new Properties();
        properties.putAll(settings);
        this.streams = new KafkaStreams(topology, properties);
        streams.setUncaughtExceptionHandler(this::threadDied);
        streams.setStateListener(this::changed);
    }

    /// Starts the threads and returns at once. The source topics must exist.
    public void start() {
        streams.start();
    }

    /// Whether every partition assigned here is being processed.
    public boolean isReady() {
        return streams.state() == KafkaStreams.State.RUNNING && missing == null;
    }

    /// Kafka's word for what the application is doing, for instance `REBALANCING`; or `WAITING` and
    /// for what.
    public String state() {
        var away = missing;
        return away == null ? streams.state().name() : "WAITING for " + away;
    }

    /// Begins no more work, whatever waits in the topics; stores can be queried as before.
    ///
    /// What has to be restored before that is restored all the same, or they could not be.
    public synchronized void pause() {
        isPaused = true;
        if (streams.state() == KafkaStreams.State.RUNNING) {
            streams.pause();
        }
    }

    /// Goes on after [#pause].
    public synchronized void resume() {
        isPaused = false;
        streams.resume();
    }

    /// The running application, for interactive queries.
    public KafkaStreams streams() {
        return streams;
    }

    /// Commits, writes the stores out and stops, within 10 s.
    @Override
    public void close() {
        closing.countDown();
        if (!streams.close(LONGEST_STOP)) {
            LOG.atWarn()
                    .setMessage("Application did not stop in time")
                    .addKeyValue("application", name)
                    .log();
        }
    }

    private void changed(KafkaStreams.State now, KafkaStreams.State before) {
        if (now == KafkaStreams.State.RUNNING) {
            missing = null;
        }
        pauseOnlyWhatRuns(now);
        LOG.atInfo()
                .setMessage("Application changed its state")
                .addKeyValue("application", name)
                .addKeyValue("from", before)
                .addKeyValue("to", now)
                .log();
    }

    /// Kafka Streams does not restore the stores of what is paused.
    private synchronized void pauseOnlyWhatRuns(KafkaStreams.State now) {
        if (!isPaused) {
            return;
        }
        if (now == KafkaStreams.State.RUNNING) {
            streams.pause();
        } else {
            streams.resume();
        }
    }

    /// Called on the thread that dies, which may wait: its partitions are its own until it ends.
    private StreamThreadExceptionResponse threadDied(Throwable cause) {
        var away = Outage.of(cause);
        if (away != null) {
            missing = away;
            var wait = replacements.afterOutage();
            LOG.atWarn()
                    .setMessage("A stream thread waits for what is away")
                    .addKeyValue("application", name)
                    .addKeyValue("away", away)
                    .addKeyValue("tries-again-after", wait)
                    .addKeyValue("cause", cause.toString())
                    .log();
            return isClosingWithin(wait)
                    ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
                    : StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        var wait = replacements.afterFault();
        LOG.atError()
                .setMessage("A stream thread died")
                .addKeyValue("application", name)
                .addKeyValue("replaced-after", wait == null ? "never: it stops" : wait)
                .setCause(cause)
                .log();
        if (wait == null || isClosingWithin(wait)) {
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private boolean isClosingWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
