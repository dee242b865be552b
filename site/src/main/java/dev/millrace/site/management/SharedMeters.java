package dev.millrace.site.management;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// A registry in which meters of one name and tags follow each other: the newer one is shown, and
/// the end of the older one does not end it. So it is where a client is made before the one that it
/// replaces is closed.
///
/// Safe for use by many threads.
final class SharedMeters {

    private final MeterRegistry registry;
    private final Map<Meter.Id, Meter> shown = new HashMap<>();

    SharedMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Shows a meter in place of the one that was there.
    ///
    /// @param registering makes it in a registry
    synchronized Meter replace(Meter.Id id, Function<MeterRegistry, Meter> registering) {
        registry.remove(id);
        var meter = registering.apply(registry);
        shown.put(meter.getId(), meter);
        return meter;
    }

    /// Shows a meter no more; nothing happens if another has taken its place.
    @SuppressWarnings("ReferenceEquality") // meters of one name are equal
    synchronized void remove(Meter meter) {
        if (shown.get(meter.getId()) == meter) {
            shown.remove(meter.getId());
            registry.remove(meter);
        }
    }
}
