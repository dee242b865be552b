package dev.millrace.search.indexing;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.serde.EventProducerRecords;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.search.lucene.LuceneStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/// Makes the reports of a commit.
///
/// A report follows from the last embedding of its document that the commit took in. Its id derives
/// from that embedding, the index and the commit, so that reporting again repeats the same id.
final class IndexReports {

    private static final Actor ACTOR = new Actor("search", Actor.Proof.WORKER);

    private final Serializer<Envelope<IndexReport>> serializer;
    private final LuceneStore store;
    private final Site site;
    private final String index;
    private final InstantSource clock;

    IndexReports(
            EventSerdes serdes, LuceneStore store, Site site, String index, InstantSource clock) {
        this.serializer = serdes.of(Topics.INDEX_REPORTS).serializer();
        this.store = store;
        this.site = site;
        this.index = index;
        this.clock = clock;
    }

    /// One record a document: how many of its chunks the last commit makes searchable.
    ///
    /// @param touched the last embedding of each document
    /// @param partitions how many the topic has: as many as `embeddings`
    List<ProducerRecord<byte[], byte[]>> of(
            Map<DocumentId, Envelope<Embedding>> touched, int partitions) throws IOException {
        var counts = store.searchable(touched.keySet());
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>(counts.length);
        for (var entry : touched.entrySet()) {
            records.add(
                    record(entry.getKey(), entry.getValue(), counts[records.size()], partitions));
        }
        return records;
    }

    private ProducerRecord<byte[], byte[]> record(
            DocumentId document, Envelope<Embedding> cause, int searchable, int partitions) {
        var applied = store.applied();
        var id = DerivedId.of("index-report", cause.id().toString(), index, applied.toString());
        var report = new IndexReport(document, index, searchable, applied);
        var record =
                EventProducerRecords.record(
                        Topics.INDEX_REPORTS,
                        partitions,
                        document.toString(),
                        cause.following(id, clock.instant(), ACTOR, site, report));
        return new ProducerRecord<>(
                record.topic(),
                record.partition(),
                record.key().getBytes(StandardCharsets.UTF_8),
                serializer.serialize(record.topic(), record.headers(), record.value()),
                record.headers());
    }
}
