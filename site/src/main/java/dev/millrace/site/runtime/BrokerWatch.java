package dev.millrace.site.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the brokers every few seconds whether they are there, because nobody else says so: Kafka's
/// clients wait in silence.
///
/// Only tells; the applications wait and go on by themselves. Safe for use by many threads; the
/// asking is done by one of its own.
final class BrokerWatch implements AutoCloseable {

    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(BrokerWatch.class);

    private final Admin admin;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("broker-watch").unstarted(this::run);
    private volatile @Nullable Instant since;

    /// @param client how Kafka is reached
    BrokerWatch(Map<String, Object> client, InstantSource clock) {
        var properties = new HashMap<>(client);
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "millrace-broker-watch");
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        this.admin = Admin.create(properties);
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    /// Since when no broker answers, for people; null while one does.
    @Nullable String missing() {
        var from = since;
        return from == null
                ? null
                : "waits for the broker, which has not answered since "
                        + from
                        + "; all goes on by itself once it does";
    }

    private void run() {
        try {
            do {
                note(isThere());
            } while (!closing.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isThere() throws InterruptedException {
        KafkaFuture<String> answer = admin.describeCluster().clusterId();
        try {
            var _ = answer.get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException silent) {
            return false;
        }
    }

    private void note(boolean isThere) {
        if (isThere && since != null) {
            since = null;
            LOG.atInfo().setMessage("The broker answers again").log();
        } else if (!isThere && since == null && closing.getCount() > 0) {
            since = clock.instant();
            LOG.atWarn().setMessage("The broker does not answer; the site waits for it").log();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        admin.close(Duration.ZERO);
    }
}
