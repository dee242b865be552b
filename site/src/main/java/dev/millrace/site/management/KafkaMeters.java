package dev.millrace.site.management;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/// Shows what Kafka's clients measure of themselves among the other meters: lags, rates, batch
/// sizes, commits, restores. Made by each client, by name, from its settings.
///
/// Their names are Kafka's, for instance `kafka_consumer_fetch_manager_records_lag_max`; what only
/// grows is a counter. A client has hundreds of them: shown are the groups that tell whether work
/// goes on and how fast, a few dozen. The names of clients lose what changes with every start.
public final class KafkaMeters implements MetricsReporter {

    /// The setting that holds the registry itself.
    static final String REGISTRY = "millrace.meters";

    private static final String TOTAL = "-total";
    private static final String FETCHES = "consumer-fetch-manager-metrics";
    private static final Set<String> SHOWN =
            Set.of(
                    FETCHES,
                    "consumer-coordinator-metrics",
                    "consumer-share-fetch-manager-metrics",
                    "producer-metrics",
                    "stream-metrics",
                    "stream-thread-metrics",
                    "stream-task-metrics");
    private static final String RESTORING = "-restore-consumer";
    private static final Pattern ANY_UUID =
            Pattern.compile("-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Map<MetricName, Meter> shown = new ConcurrentHashMap<>();
    private volatile SharedMeters meters;

    /* Kafka configures a reporter before it tells it of anything. */
    @SuppressWarnings("NullAway.Init")
    public KafkaMeters() {}

    /// The settings of clients that are to show their meters.
    public static Map<String, Object> settings(MeterRegistry registry) {
        return Map.of(
                "metric.reporters",
                List.of(KafkaMeters.class.getName()),
                REGISTRY,
                new SharedMeters(registry));
    }

    @Override
    public void configure(Map<String, ?> settings) {
        if (!(settings.get(REGISTRY) instanceof SharedMeters shared)) {
            throw new ConfigException(REGISTRY + ": missing (expected: a registry of meters)");
        }
        meters = shared;
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
        metrics.forEach(this::metricChange);
    }

    @Override
    public void metricChange(KafkaMetric metric) {
        var name = metric.metricName();
        if (!SHOWN.contains(name.group())
                || name.tags().getOrDefault("client-id", "").endsWith(RESTORING)
                || !(metric.metricValue() instanceof Number)) {
            return;
        }
        metricRemoval(metric);
        shown.put(name, meter(name, metric));
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
        var meter = shown.remove(metric.metricName());
        if (meter != null) {
            meters.remove(meter);
        }
    }

    @Override
    public void close() {
        shown.values().forEach(meters::remove);
        shown.clear();
    }

    private Meter meter(MetricName name, KafkaMetric metric) {
        var tags = tags(name);
        var group = name.group().replaceFirst("-metrics$", "").replace('-', '.');
        var path = "kafka." + group + "." + name.name().replace('-', '.');
        var isTotal = name.name().endsWith(TOTAL);
        var id =
                new Meter.Id(
                        path,
                        tags,
                        null,
                        name.description(),
                        isTotal ? Meter.Type.COUNTER : Meter.Type.GAUGE);
        return meters.replace(
                id,
                registry ->
                        isTotal
                                ? FunctionCounter.builder(path, metric, KafkaMeters::value)
                                        .tags(tags)
                                        .description(name.description())
                                        .register(registry)
                                : Gauge.builder(path, metric, KafkaMeters::value)
                                        .tags(tags)
                                        .description(name.description())
                                        .register(registry));
    }

    /* Prometheus wants the same labels of all meters of a name, and Kafka measures the same of a
     * client, of its topics and of their partitions. An empty label is none. */
    private static Tags tags(MetricName name) {
        var tags = new TreeMap<String, String>();
        if (name.group().equals(FETCHES)) {
            tags.put("topic", "");
            tags.put("partition", "");
        }
        name.tags()
                .forEach((tag, value) ->
                        tags.put(tag.replace('-', '_'), ANY_UUID.matcher(value).replaceAll("")));
        return Tags.of(
                tags.entrySet().stream().map(tag -> Tag.of(tag.getKey(), tag.getValue())).toList());
    }

    private static double value(KafkaMetric metric) {
        return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
