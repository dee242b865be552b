package dev.millrace.streams.simulation.views;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.simulation.SimulatedClient;
import dev.millrace.streams.simulation.SimulatedProcess;
import dev.millrace.streams.simulation.World;
import dev.millrace.streams.simulation.log.SimulatedLog;

/// What is written of documents: by the topology that takes them in, by workers that embed their
/// chunks, by several copies of the index. Some are rejected, some embedded twice, and some reports
/// come late.
final class SimulatedPipeline extends SimulatedProcess {

    private static final int MOST_CHUNKS = 5;
    private static final int MOST_STEP_MILLIS = 4_000;

    private final int mostDocuments;
    private final int withinMillis;

    SimulatedPipeline(World world, int mostDocuments, int withinMillis) {
        super(world, "pipeline");
        this.mostDocuments = mostDocuments;
        this.withinMillis = withinMillis;
    }

    @Override
    protected void begin() {
        for (int left = world.between(0, mostDocuments); left > 0; left--) {
            var name = "document-" + left;
            var _ = in(world.between(0, withinMillis), () -> accept(name));
        }
    }

    private void accept(String name) {
        var digest = Digest.of(name);
        var document = DocumentId.of(SimulatedClient.TENANT, name, digest);
        write(
                Topics.DOCUMENTS,
                document.toString(),
                new DocumentEvent.Accepted(
                        document,
                        document.ingestTask(),
                        name,
                        "text/plain",
                        digest,
                        world.between(1, 1_000),
                        new Content.Inline("text")));
        var _ = in(world.between(0, MOST_STEP_MILLIS), () -> cut(document));
    }

    private void cut(DocumentId document) {
        if (world.isOneIn(6)) {
            write(
                    Topics.DOCUMENTS,
                    document.toString(),
                    new DocumentEvent.Rejected(document, new Failure("not_text", "")));
            if (world.isOneIn(2)) {
                return;
            }
        }
        int chunks = world.between(1, MOST_CHUNKS);
        write(
                Topics.DOCUMENTS,
                document.toString(),
                new DocumentEvent.Chunked(document, chunks, "chunker-1"));
        for (int chunk = 0; chunk < chunks; chunk++) {
            embed(document, chunk);
            if (world.isOneIn(5)) {
                embed(document, chunk);
            }
        }
        for (int searchable = 1; searchable <= chunks; searchable++) {
            report(document, searchable);
        }
    }

    private void embed(DocumentId document, int index) {
        var chunk = new ChunkId(document, index);
        var embedding =
                new Embedding(
                        chunk,
                        new Passage("", 0, 4, "text"),
                        Vector.of(1, 0),
                        new Model("model", "1", 2),
                        name,
                        Digest.of("text"));
        var _ =
                in(
                        world.between(0, MOST_STEP_MILLIS),
                        () -> write(Topics.EMBEDDINGS, chunk.toString(), embedding));
    }

    private void report(DocumentId document, int searchable) {
        var report =
                new IndexReport(
                        document, "index-" + world.between(1, 2), searchable, Position.START);
        var _ =
                in(
                        world.between(MOST_STEP_MILLIS / 2, 2 * MOST_STEP_MILLIS),
                        () -> write(Topics.INDEX_REPORTS, document.toString(), report));
    }

    private <P extends Message> void write(Topic<P> topic, String key, P message) {
        world.log
                .partition(topic.name(), topic.partition(key, SimulatedLog.PARTITIONS))
                .append(
                        key,
                        world.envelope(message, SimulatedClient.TENANT, name),
                        name,
                        null,
                        null);
    }
}
