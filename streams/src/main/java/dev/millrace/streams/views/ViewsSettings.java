package dev.millrace.streams.views;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.runtime.BoundedRocksDb;
import dev.millrace.streams.runtime.DeadLetterHandler;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/// How the views run.
///
/// @param partitions how many each source topic has, as they were created
/// @param cacheBytes memory for entries that are written over and over before they are stored
/// @param generation counts rebuilds of the views from 1; each has an application of its own
/// @param lettersFrom what the log had before is in the dead letters already if it cannot be read,
///   by the generation before
public record ViewsSettings(int partitions, long cacheBytes, int generation, Instant lettersFrom) {

    /// Carries the version of the views: stores of another shape belong to another application,
    /// which folds them anew from the log. So do other stores or topics, since Kafka refuses a
    /// group that comes back with another topology. It is that of the first generation; the others'
    /// follow from it.
    public static final String APPLICATION_ID = "millrace-views-v5";

    private static final String OF_GENERATION = APPLICATION_ID + "-g";

    private static final int COMMIT_MILLIS = 500;

    public ViewsSettings {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions: " + partitions + " (expected: >= 1)");
        }
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cache-bytes: " + cacheBytes + " (expected: >= 0)");
        }
        if (generation < 1) {
            throw new IllegalArgumentException("generation: " + generation + " (expected: >= 1)");
        }
    }

    /// Settings of the first generation, of a site on one machine.
    public static ViewsSettings of(int partitions) {
        return new ViewsSettings(partitions, 8L << 20, 1, Instant.EPOCH);
    }

    /// The same for a generation.
    ///
    /// @param lettersFrom what the log had before is in the dead letters already if it cannot be
    ///   read
    public ViewsSettings ofGeneration(int generation, Instant lettersFrom) {
        return new ViewsSettings(partitions, cacheBytes, generation, lettersFrom);
    }

    /// Names the application of this generation: its group, its folder, and what its topics begin
    /// with.
    public String applicationId() {
        return applicationId(generation);
    }

    /// Names the application of a generation.
    public static String applicationId(int generation) {
        return generation == 1 ? APPLICATION_ID : OF_GENERATION + generation;
    }

    /// The generation that an application is; empty of another application, and of another version.
    public static OptionalInt generation(String applicationId) {
        if (applicationId.equals(APPLICATION_ID)) {
            return OptionalInt.of(1);
        }
        try {
            int generation =
                    applicationId.startsWith(OF_GENERATION)
                            ? Integer.parseInt(applicationId.substring(OF_GENERATION.length()))
                            : 0;
            return generation > 1 && applicationId(generation).equals(applicationId)
                    ? OptionalInt.of(generation)
                    : OptionalInt.empty();
        } catch (NumberFormatException another) {
            return OptionalInt.empty();
        }
    }

    /// The changelogs of a generation, by their full names.
    public static List<String> changelogs(int generation) {
        return ViewsTopology.folds().stream()
                .flatMap(applied -> ViewsTopology.stores(applied).stream())
                .map(store -> applicationId(generation) + "-" + store + "-changelog")
                .toList();
    }

    /// The properties for Kafka Streams.
    ///
    /// Exactly once, because a record changes several stores (a row, its index, counts, the applied
    /// offset) whose changelogs are topics of their own: only a transaction keeps them in step over
    /// a crash. At least once, the applied offset could be stored and the count it stands for lost,
    /// and the offset check would then skip the record for ever. The transaction costs readers
    /// nothing: they see what is folded at once, not only what is committed, and a crash folds the
    /// same again.
    ///
    /// @param client how Kafka is reached
    /// @param stateDirectory where the stores lie
    Map<String, Object> properties(Map<String, Object> client, Path stateDirectory) {
        var properties = new HashMap<>(client);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.STREAMS.name);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cacheBytes);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                DeadLetterHandler.class);
        properties.put(DeadLetterHandler.FROM, lettersFrom.toEpochMilli());
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Topics.MAX_DEAD_LETTER_BYTES);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        return properties;
    }
}
