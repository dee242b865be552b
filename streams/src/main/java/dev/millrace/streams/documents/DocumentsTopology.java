package dev.millrace.streams.documents;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.chunking.Chunker;
import dev.millrace.streams.runtime.AppliedOffsets;
import dev.millrace.streams.runtime.ProcessorMeters;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// Takes documents in.
///
/// ```
/// task-events ───▶ accept ──▶ documents (accepted), task-reports (started or failed)
///
/// documents ───┬─▶ cut ─────▶ chunks, documents (chunked or rejected)
///              └─▶ complete ▶ task-reports (succeeded or failed)
/// index-reports ─▶ complete   (stores: document-completion, document-waiting, document-applied)
/// ```
///
/// What is accepted comes back through `documents`, so that a document is cut where its other
/// records are, and however long that takes, no task waits for it to be accepted. `accept` and
/// `cut` keep nothing: fed the same again, they write the same again, under the same ids.
final class DocumentsTopology {

    static final String COMPLETION = "document-completion";
    static final String WAITING = "document-waiting";
    static final String APPLIED = "document-applied";
    static final String ACCEPTED_OUT = "accepted-out";
    static final String STARTED_OUT = "started-out";
    static final String CHUNKS_OUT = "chunks-out";
    static final String CUT_OUT = "cut-out";
    static final String ENDED_OUT = "ended-out";

    private static final String ACCEPT = "accept";
    private static final String CUT = "cut";
    private static final String COMPLETE = "complete";

    private final EventSerdes serdes;
    private final Texts texts;
    private final Author author;

    DocumentsTopology(EventSerdes serdes, BlobStore blobs, Site site, InstantSource clock) {
        this(serdes, new Texts(blobs, Texts.Pause.REAL), site, clock);
    }

    DocumentsTopology(EventSerdes serdes, Texts texts, Site site, InstantSource clock) {
        this.serdes = serdes;
        this.texts = texts;
        this.author = new Author(site, clock);
    }

    Topology build(ProcessorMeters meters) {
        var topology = new Topology();
        read(topology, "task-events-in", Topics.TASK_EVENTS);
        accept(topology, meters);
        read(topology, "documents-in", Topics.DOCUMENTS);
        cut(topology, meters);
        read(topology, "index-reports-in", Topics.INDEX_REPORTS);
        complete(topology, meters);
        return topology;
    }

    private void accept(Topology topology, ProcessorMeters meters) {
        topology.addProcessor(
                ACCEPT,
                meters.measured(ACCEPT, () -> new AcceptProcessor(texts, author)),
                "task-events-in");
        write(topology, ACCEPTED_OUT, Topics.DOCUMENTS, ACCEPT);
        write(topology, STARTED_OUT, Topics.TASK_REPORTS, ACCEPT);
    }

    private void cut(Topology topology, ProcessorMeters meters) {
        topology.addProcessor(
                CUT,
                meters.measured(CUT, () -> new CutProcessor(texts, new Chunker(), author)),
                "documents-in");
        write(topology, CHUNKS_OUT, Topics.CHUNKS, CUT);
        write(topology, CUT_OUT, Topics.DOCUMENTS, CUT);
    }

    private void complete(Topology topology, ProcessorMeters meters) {
        topology.addProcessor(
                COMPLETE,
                meters.measured(COMPLETE, () -> new CompleteProcessor(author)),
                "documents-in",
                "index-reports-in");
        topology.addStateStore(store(COMPLETION, Serdes.Long()), COMPLETE);
        topology.addStateStore(store(WAITING, serdes.of(Topics.DOCUMENTS)), COMPLETE);
        topology.addStateStore(AppliedOffsets.builder(APPLIED), COMPLETE);
        write(topology, ENDED_OUT, Topics.TASK_REPORTS, COMPLETE);
    }

    private void read(Topology topology, String name, Topic<?> topic) {
        topology.addSource(name, serdes.keysOf(topic), serdes.valuesOf(topic), topic.name());
    }

    private void write(Topology topology, String name, Topic<?> topic, String from) {
        topology.addSink(
                name,
                topic.name(),
                new StringSerializer(),
                serdes.of(topic).serializer(),
                partitionsOf(topic),
                from);
    }

    @SuppressWarnings("removal") // in Kafka 4.4 the method to go is still the one to write
    private static StreamPartitioner<String, Object> partitionsOf(Topic<?> topic) {
        return (_, key, _, partitions) -> Optional.of(Set.of(topic.partition(key, partitions)));
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), values);
    }
}
