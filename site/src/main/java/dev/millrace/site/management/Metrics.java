package dev.millrace.site.management;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsFactory;
import java.time.Duration;

/// All meters of this process: those of its roles, of its Kafka clients and of the JVM.
///
/// Safe for use by many threads.
public final class Metrics implements AutoCloseable {

    /// Of what [#scrape] answers.
    public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    public Metrics() {
        registry.config().meterFilter(new Histograms());
        collections.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// Where parts make their meters.
    public MeterRegistry registry() {
        return registry;
    }

    /// Measures the requests of a Vert.x server: how many, how large, and how long they take, as
    /// histograms by method, route and status.
    public VertxMetricsFactory ofVertx() {
        return new MicrometerMetricsFactory(registry);
    }

    /// All of it in Prometheus' text format, version 0.0.4.
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    /// Of what Vert.x measures, shows the HTTP server alone. Shows times, and sizes of the site's
    /// own, as histograms.
    private static final class Histograms implements MeterFilter {

        private static final String VERTX = "vertx.";
        private static final String SERVER = "vertx.http.server.";
        private static final String OWN = "millrace.";
        private static final Duration SHORTEST = Duration.ofMillis(1);
        private static final Duration LONGEST = Duration.ofSeconds(30);
        private static final double SMALLEST = 1;
        private static final double LARGEST = 10_000;

        @Override
        public MeterFilterReply accept(Meter.Id id) {
            boolean isShown = !id.getName().startsWith(VERTX) || id.getName().startsWith(SERVER);
            return isShown ? MeterFilterReply.NEUTRAL : MeterFilterReply.DENY;
        }

        @Override
        public DistributionStatisticConfig configure(
                Meter.Id id, DistributionStatisticConfig config) {
            boolean isOwn = id.getName().startsWith(OWN);
            if (id.getType() == Meter.Type.TIMER && (isOwn || id.getName().startsWith(SERVER))) {
                return histogram((double) SHORTEST.toNanos(), (double) LONGEST.toNanos())
                        .merge(config);
            }
            return id.getType() == Meter.Type.DISTRIBUTION_SUMMARY && isOwn
                    ? histogram(SMALLEST, LARGEST).merge(config)
                    : config;
        }

        private static DistributionStatisticConfig histogram(double least, double most) {
            return DistributionStatisticConfig.builder()
                    .percentilesHistogram(true)
                    .minimumExpectedValue(least)
                    .maximumExpectedValue(most)
                    .build();
        }
    }
}
