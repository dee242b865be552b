package dev.millrace.streams.decide;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.streams.runtime.AppliedOffsets;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;

/// A planted fault: `decide` without the check of the last applied offset. It writes down what it
/// has applied, and never looks.
public final class ForgetfulDecide {

    private ForgetfulDecide() {}

    /// What [DecideApplication] makes of the same arguments, but forgetful.
    public static DecideApplication of(
            DecideSettings settings,
            Map<String, Object> client,
            Path stateDirectory,
            EventSerdes serdes,
            Site site,
            InstantSource clock,
            MeterRegistry meters) {
        var topology =
                new DecideTopology(
                        serdes,
                        new TaskDecider(),
                        site,
                        store -> new AppliedOffsets(forgetting(store)));
        return new DecideApplication(settings, client, stateDirectory, topology, clock, meters);
    }

    /// The store, but that it finds nothing.
    @SuppressWarnings("unchecked")
    private static KeyValueStore<String, Long> forgetting(KeyValueStore<String, Long> store) {
        return (KeyValueStore<String, Long>)
                Proxy.newProxyInstance(
                        ForgetfulDecide.class.getClassLoader(),
                        new Class<?>[] {KeyValueStore.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("get")) {
                                return null;
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException failed) {
                                throw failed.getCause();
                            }
                        });
    }
}
