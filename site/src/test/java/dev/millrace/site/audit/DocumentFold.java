package dev.millrace.site.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.Failure;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rows that the view `documents` should have, folded from `documents`, `embeddings` and
/// `index-reports` in memory.
final class DocumentFold {

    private final Map<DocumentId, Row> rows = new TreeMap<>();

    private DocumentFold() {}

    /// The rows by document.
    static Map<String, JsonNode> of(LogCopy log) {
        var fold = new DocumentFold();
        for (var record : log.of(Topics.DOCUMENTS)) {
            fold.row(record.message().document(), record).add(record.envelope(), record.message());
        }
        for (var record : log.of(Topics.EMBEDDINGS)) {
            var chunk = record.message().chunk();
            fold.row(chunk.document(), record).embedded.add(chunk.index());
        }
        for (var record : log.of(Topics.INDEX_REPORTS)) {
            var row = fold.row(record.message().document(), record);
            row.searchable = Math.max(row.searchable, record.message().searchable());
        }
        var shown = new TreeMap<String, JsonNode>();
        fold.rows.forEach((document, row) -> {
            var json = row.json(document);
            if (json != null) {
                shown.put(document.toString(), Rows.asRead(json));
            }
        });
        return shown;
    }

    private <P extends Message> Row row(DocumentId document, Logged<P> record) {
        var row = rows.computeIfAbsent(document, _ -> new Row());
        var time = record.envelope().time();
        row.updated = time.isAfter(row.updated) ? time : row.updated;
        return row;
    }

    /// One document, as far as it was folded.
    private static final class Row {

        private final Set<Integer> embedded = new HashSet<>();
        private DocumentEvent.@Nullable Accepted intake;
        private String tenant = "";
        private Instant created = Instant.EPOCH;
        private Instant updated = Instant.MIN;
        private int chunks;
        private int searchable;
        private @Nullable Failure error;

        void add(Envelope<DocumentEvent> envelope, DocumentEvent event) {
            switch (event) {
                case DocumentEvent.Accepted accepted -> {
                    if (intake == null) {
                        intake = accepted;
                        tenant = envelope.tenant();
                        created = envelope.time();
                    }
                }
                case DocumentEvent.Chunked chunked -> {
                    chunks = Math.max(chunks, chunked.chunks());
                    error = null;
                }
                case DocumentEvent.Rejected rejected ->
                        error = error == null ? rejected.failure() : error;
            }
        }

        /// The row; null if it is not to be shown.
        @Nullable JsonNode json(DocumentId document) {
            if (intake == null || !tenant.equals(Envelope.DEFAULT_TENANT)) {
                return null;
            }
            var row =
                    Rows.row()
                            .put("id", document.toString())
                            .put("task", intake.task().toString())
                            .put("name", intake.name())
                            .put("media_type", intake.mediaType())
                            .put("state", state())
                            .put("chunks", chunks)
                            .put("embedded", embedded.size())
                            .put("searchable", searchable)
                            .put("bytes", intake.size())
                            .put("digest", intake.digest().hex())
                            .put("created", Rows.time(created))
                            .put("updated", Rows.time(updated));
            row.set("error", Rows.error(error));
            return row;
        }

        private String state() {
            if (error != null) {
                return "failed";
            }
            if (chunks == 0) {
                return "accepted";
            }
            if (searchable >= chunks) {
                return "searchable";
            }
            return embedded.size() >= chunks ? "embedded" : "chunked";
        }
    }
}
