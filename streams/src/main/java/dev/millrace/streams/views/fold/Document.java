package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.task.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of a document, folded from `documents`, `embeddings` and `index-reports`.
///
/// The three topics arrive in any interleaving, an embedding before its document too, and every
/// interleaving folds to the same: what is counted is a set or a maximum, so a repeat counts once.
///
/// @param intake null until the document is accepted; no list shows it before
/// @param chunks how many it was cut into; 0 until that is known
/// @param vectors which chunks have a vector of which model, in the order in which those were met
/// @param searchable the most chunks that any index instance has reported
/// @param error null unless nothing can be made of the document
/// @param updated the latest time of all that was folded
public record Document(
        String id,
        @Nullable Intake intake,
        int chunks,
        List<Vectors> vectors,
        int searchable,
        @Nullable Failure error,
        Instant updated) {

    public Document {
        vectors = List.copyOf(vectors);
    }

    /* A set of indices takes a bit each: at most 128 KiB. A document of 16 MiB has far fewer. */
    static final int MOST_CHUNKS = 1 << 20;

    /// How a document was taken in.
    ///
    /// @param digest of the text, in hexadecimal
    /// @param bytes of UTF-8
    public record Intake(
            String task,
            String name,
            String mediaType,
            String digest,
            long bytes,
            String tenant,
            Instant created) {}

    /// The chunks that have a vector of one version of a model.
    ///
    /// @param chunks their indices
    public record Vectors(String model, String version, BitSet chunks) {

        boolean isOf(Model other) {
            return model.equals(other.name()) && version.equals(other.version());
        }

        private Vectors with(int index) {
            var more = BitSet.valueOf(chunks.toLongArray());
            more.set(index);
            return new Vectors(model, version, more);
        }
    }

    static Document after(@Nullable Document before, Envelope<?> envelope, DocumentEvent event) {
        var state = orEmpty(before, event.document().toString(), envelope);
        return switch (event) {
            case DocumentEvent.Accepted accepted ->
                    state.intake == null ? state.accepted(intake(envelope, accepted)) : state;
            case DocumentEvent.Chunked chunked -> state.chunked(chunked.chunks());
            case DocumentEvent.Rejected rejected ->
                    state.error == null ? state.rejected(rejected.failure()) : state;
        };
    }

    static Document after(@Nullable Document before, Envelope<?> envelope, Embedding embedding) {
        var state = orEmpty(before, embedding.chunk().document().toString(), envelope);
        int index = embedding.chunk().index();
        return index >= MOST_CHUNKS ? state : state.embedded(index, embedding.model());
    }

    static Document after(@Nullable Document before, Envelope<?> envelope, IndexReport report) {
        return orEmpty(before, report.document().toString(), envelope)
                .searchable(report.searchable());
    }

    /// How many chunks have a vector, of any model.
    int embedded() {
        if (vectors.size() == 1) {
            return vectors.getFirst().chunks.cardinality();
        }
        var any = new BitSet();
        vectors.forEach(one -> any.or(one.chunks));
        return any.cardinality();
    }

    /// Whether a chunk has a vector of a model.
    boolean has(Embedding embedding) {
        for (var one : vectors) {
            if (one.isOf(embedding.model())) {
                return one.chunks.get(embedding.chunk().index());
            }
        }
        return false;
    }

    /// How far the document has come.
    String state() {
        if (error != null) {
            return "failed";
        }
        if (chunks == 0) {
            return "accepted";
        }
        if (searchable >= chunks) {
            return "searchable";
        }
        return embedded() >= chunks ? "embedded" : "chunked";
    }

    /// The row of the view `documents`; null until the document is accepted.
    public @Nullable ObjectNode row() {
        if (intake == null) {
            return null;
        }
        var row =
                Json.object()
                        .put("id", id)
                        .put("task", intake.task())
                        .put("name", intake.name())
                        .put("media_type", intake.mediaType())
                        .put("state", state())
                        .put("chunks", chunks)
                        .put("embedded", embedded())
                        .put("searchable", searchable)
                        .put("bytes", intake.bytes())
                        .put("digest", intake.digest())
                        .put("created", Json.time(intake.created()))
                        .put("updated", Json.time(updated));
        if (error == null) {
            row.putNull("error");
        } else {
            row.putObject("error").put("code", error.code()).put("detail", error.detail());
        }
        return row;
    }

    /// Where the row stands in lists; null until the document is accepted.
    public @Nullable IndexEntry entry() {
        return intake == null
                ? null
                : new IndexEntry(
                        intake.tenant(),
                        intake.created(),
                        id,
                        Map.of("state", state(), "name", intake.name()));
    }

    /// What happened between two folds of one document.
    static Activity activity(@Nullable Document before, Document after) {
        boolean accepted = after.intake != null && (before == null || before.intake == null);
        return new Activity(
                accepted ? 1 : 0,
                after.chunks - (before == null ? 0 : before.chunks),
                after.embedded() - (before == null ? 0 : before.embedded()),
                after.searchable - (before == null ? 0 : before.searchable),
                0);
    }

    private static Document orEmpty(@Nullable Document before, String id, Envelope<?> envelope) {
        if (before == null) {
            return new Document(id, null, 0, List.of(), 0, null, envelope.time());
        }
        return envelope.time().isAfter(before.updated)
                ? new Document(
                        before.id,
                        before.intake,
                        before.chunks,
                        before.vectors,
                        before.searchable,
                        before.error,
                        envelope.time())
                : before;
    }

    private static Intake intake(Envelope<?> envelope, DocumentEvent.Accepted accepted) {
        return new Intake(
                accepted.task().toString(),
                accepted.name(),
                accepted.mediaType(),
                accepted.digest().hex(),
                accepted.size(),
                envelope.tenant(),
                envelope.time());
    }

    private Document accepted(Intake newIntake) {
        return new Document(id, newIntake, chunks, vectors, searchable, error, updated);
    }

    private Document chunked(int count) {
        int most = Math.max(chunks, count);
        return new Document(id, intake, most, vectors, searchable, null, updated);
    }

    private Document rejected(Failure failure) {
        return new Document(id, intake, chunks, vectors, searchable, failure, updated);
    }

    private Document embedded(int index, Model model) {
        var more = new ArrayList<Vectors>(vectors.size() + 1);
        boolean isKnown = false;
        for (var one : vectors) {
            boolean isIt = one.isOf(model);
            if (isIt && one.chunks.get(index)) {
                return this;
            }
            more.add(isIt ? one.with(index) : one);
            isKnown |= isIt;
        }
        if (!isKnown) {
            more.add(new Vectors(model.name(), model.version(), new BitSet()).with(index));
        }
        return new Document(id, intake, chunks, more, searchable, error, updated);
    }

    private Document searchable(int count) {
        int most = Math.max(searchable, count);
        return new Document(id, intake, chunks, vectors, most, error, updated);
    }
}
