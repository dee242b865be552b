package dev.millrace.streams.runtime;

import dev.millrace.domain.task.Failure;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.SchemaUnreachable;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a record that cannot be read to the dead letters, with its cause and origin, in the
/// transaction that moves past it; the rest flows on. A record that only could not be read because
/// the Schema Registry is silent is no such thing: the thread stops there and begins again at it.
///
/// Kafka has a handler of its own for this, but its headers differ from those of the project's
/// other dead letters. Made by Kafka Streams, by name.
public final class DeadLetterHandler implements DeserializationExceptionHandler {

    /// A setting: what was appended before, in milliseconds since 1970, is passed over without a
    /// dead letter, as another application has written it. Without it, nothing is.
    public static final String FROM = "millrace.dead-letters.from";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterHandler.class);

    private String application = "";
    private long from;

    @Override
    public void configure(Map<String, ?> configs) {
        application = String.valueOf(configs.get(StreamsConfig.APPLICATION_ID_CONFIG));
        from = configs.get(FROM) instanceof Number millis ? millis.longValue() : 0;
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context,
            ConsumerRecord<byte[], byte[]> poison,
            Exception unreadable) {
        if (unreadable instanceof SchemaUnreachable) {
            return Response.fail();
        }
        if (poison.timestamp() < from) {
            return Response.resume(List.of());
        }
        LOG.atWarn()
                .setMessage("A record cannot be read; it goes to the dead letters")
                .addKeyValue("application", application)
                .addKeyValue("topic", poison.topic())
                .addKeyValue("partition", poison.partition())
                .addKeyValue("offset", poison.offset())
                .addKeyValue("cause", unreadable.toString())
                .log();
        var failure = new Failure("unreadable", unreadable.toString());
        return Response.resume(List.of(DeadLetters.of(poison, failure, application)));
    }
}
