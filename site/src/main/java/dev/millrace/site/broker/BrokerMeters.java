package dev.millrace.site.broker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/// Shows what the broker of this process measures of itself, by JMX, among the other meters:
///
/// - `kafka.server.messages.in`, `.bytes.in`, `.bytes.out`, which only grow;
/// - `kafka.network.request.time`, in seconds, by `request` and `quantile`, and how many there
///   were.
///
/// The quantiles are Kafka's own, of the last minutes. Before the broker runs, and after, they are
/// none.
public final class BrokerMeters {

    /* Micrometer holds what a meter reads from by a weak reference; this stays. */
    private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();
    private static final List<String> REQUESTS = List.of("Produce", "FetchConsumer", "EndTxn");
    private static final List<Quantile> QUANTILES =
            List.of(
                    new Quantile("0.5", "50thPercentile"),
                    new Quantile("0.95", "95thPercentile"),
                    new Quantile("0.99", "99thPercentile"));
    private static final double MILLIS = 1_000;

    private BrokerMeters() {}

    public static void bindTo(MeterRegistry registry) {
        count(registry, "kafka.server.messages.in", "messages", "MessagesInPerSec");
        count(registry, "kafka.server.bytes.in", "bytes", "BytesInPerSec");
        count(registry, "kafka.server.bytes.out", "bytes", "BytesOutPerSec");
        for (var request : REQUESTS) {
            var bean = "kafka.network:type=RequestMetrics,name=TotalTimeMs,request=" + request;
            FunctionCounter.builder("kafka.network.requests", BEANS, _ -> read(bean, "Count"))
                    .description("Requests that the broker answered")
                    .tag("request", request)
                    .register(registry);
            for (var quantile : QUANTILES) {
                Gauge.builder(
                                "kafka.network.request.time",
                                BEANS,
                                _ -> read(bean, quantile.attribute) / MILLIS)
                        .description("Time that the broker takes over a request")
                        .baseUnit("seconds")
                        .tags("request", request, "quantile", quantile.text)
                        .register(registry);
            }
        }
    }

    private static void count(MeterRegistry registry, String name, String unit, String meter) {
        var bean = "kafka.server:type=BrokerTopicMetrics,name=" + meter;
        FunctionCounter.builder(name, BEANS, _ -> read(bean, "Count"))
                .description("What the broker has taken in or given out")
                .baseUnit(unit)
                .register(registry);
    }

    /// NaN while the broker does not measure it.
    private static double read(String bean, String attribute) {
        try {
            return BEANS.getAttribute(new ObjectName(bean), attribute) instanceof Number number
                    ? number.doubleValue()
                    : Double.NaN;
        } catch (JMException notYet) {
            return Double.NaN;
        }
    }

    private record Quantile(String text, String attribute) {}
}
