package dev.millrace.site;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import java.net.URI;
import java.util.List;

/// A request for a task of the kind `echo`, as programs write them straight into Kafka.
public final class EchoRequest {

    private EchoRequest() {}

    /// Its bytes.
    ///
    /// @param registry where its schema is
    public static byte[] bytes(URI registry, String key) {
        var request =
                new UncheckedRequest(
                        key,
                        Envelope.DEFAULT_TENANT,
                        "echo",
                        "{}",
                        null,
                        null,
                        "normal",
                        null,
                        null,
                        null,
                        List.of(),
                        "fail",
                        null);
        return new EventSerdes(new ConfluentSchemaStore(registry))
                .taskRequests()
                .serializer()
                .serialize(Topics.TASK_REQUESTS, request);
    }
}
