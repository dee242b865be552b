package dev.millrace.site.audit;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.chunking.Chunker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Checks that every document is whole, and there once: in `documents`, `chunks`, `embeddings` and
/// the index.
final class DocumentCheck {

    private final List<Violation> violations = new ArrayList<>();
    private final SortedMap<DocumentId, List<DocumentEvent.Accepted>> accepted = new TreeMap<>();
    private final SortedMap<DocumentId, List<Integer>> chunked = new TreeMap<>();
    private final SortedMap<ChunkId, Integer> chunks = new TreeMap<>();
    private final Map<ChunkId, Digest> texts = new HashMap<>();
    private final SortedMap<ChunkId, Integer> vectors = new TreeMap<>();
    private final Map<TaskId, TaskState> tasks = new HashMap<>();
    private final IndexCopy index;

    private DocumentCheck(LogCopy log, IndexCopy index) {
        this.index = index;
        for (var record : log.of(Topics.DOCUMENTS)) {
            switch (record.message()) {
                case DocumentEvent.Accepted event ->
                        accepted.computeIfAbsent(event.document(), _ -> new ArrayList<>())
                                .add(event);
                case DocumentEvent.Chunked event ->
                        chunked.computeIfAbsent(event.document(), _ -> new ArrayList<>())
                                .add(event.chunks());
                case DocumentEvent.Rejected _ -> {
                    /* Has no chunks, so nothing to be missing. */
                }
            }
        }
        for (var record : log.of(Topics.CHUNKS)) {
            chunks.merge(record.message().id(), 1, Integer::sum);
            texts.put(record.message().id(), Digest.of(record.message().passage().text()));
        }
        for (var record : log.of(Topics.EMBEDDINGS)) {
            vectors.merge(record.message().chunk(), 1, Integer::sum);
        }
        for (var record : log.of(Topics.TASK_EVENTS)) {
            tasks.compute(
                    record.message().task(),
                    (_, before) -> TaskDecider.evolve(before, record.message()));
        }
    }

    static List<Violation> of(LogCopy log, IndexCopy index, Collection<AcceptedDocument> promised) {
        var check = new DocumentCheck(log, index);
        promised.forEach(check::promised);
        check.documents();
        check.chunks();
        check.index();
        return check.violations;
    }

    private void promised(AcceptedDocument promise) {
        var state = tasks.get(promise.task());
        if (state == null) {
            violations.add(new Violation.MissingTask(promise.task()));
        } else if (state.stage() != Stage.SUCCEEDED) {
            violations.add(new Violation.NotSucceeded(promise.task(), state.stage().name()));
        }
        var digest = Digest.of(promise.text());
        var found = accepted.getOrDefault(promise.document(), List.of());
        if (found.stream()
                .noneMatch(event ->
                        event.task().equals(promise.task())
                                && event.name().equals(promise.name())
                                && event.digest().equals(digest))) {
            violations.add(new Violation.MissingDocument(promise.document()));
        }
        var pieces = new Chunker().cut(promise.text(), promise.mediaType());
        for (int i = 0; i < pieces.size(); i++) {
            var chunk = new ChunkId(promise.document(), i);
            if (!Digest.of(pieces.get(i).text()).equals(texts.get(chunk))) {
                violations.add(new Violation.MissingChunk(chunk));
            }
        }
        if (chunks.containsKey(new ChunkId(promise.document(), pieces.size()))) {
            violations.add(
                    new Violation.StrayChunk(new ChunkId(promise.document(), pieces.size())));
        }
    }

    private void documents() {
        var all = new HashSet<>(accepted.keySet());
        all.addAll(chunked.keySet());
        for (var document : all) {
            int takenIn = accepted.getOrDefault(document, List.of()).size();
            int cut = chunked.getOrDefault(document, List.of()).size();
            if (takenIn > 1 || cut > 1) {
                violations.add(new Violation.DoubledDocument(document, takenIn, cut));
            } else if (takenIn == 0) {
                violations.add(new Violation.MissingDocument(document));
            }
        }
    }

    private void chunks() {
        Set<ChunkId> expected = new HashSet<>();
        chunked.forEach((document, counts) -> {
            for (int i = 0; i < counts.getFirst(); i++) {
                expected.add(new ChunkId(document, i));
            }
        });
        for (var chunk : expected) {
            if (!chunks.containsKey(chunk)) {
                violations.add(new Violation.MissingChunk(chunk));
            }
        }
        chunks.forEach((chunk, times) -> {
            if (!expected.contains(chunk)) {
                violations.add(new Violation.StrayChunk(chunk));
            }
            if (times > 1) {
                violations.add(new Violation.DoubledChunk(chunk, times));
            }
            if (!vectors.containsKey(chunk)) {
                violations.add(new Violation.MissingVector(chunk));
            }
        });
        vectors.forEach((chunk, times) -> {
            if (!chunks.containsKey(chunk)) {
                violations.add(new Violation.StrayVector(chunk));
            }
            if (times > 1) {
                violations.add(new Violation.DoubledVector(chunk, times));
            }
        });
    }

    private void index() {
        for (var chunk : chunks.keySet()) {
            if (!index.vectors().containsKey(chunk)) {
                violations.add(new Violation.NotSearchable(chunk));
            }
        }
        index.entries()
                .forEach((chunk, times) -> {
                    if (!chunks.containsKey(chunk)) {
                        violations.add(new Violation.StrayInIndex(chunk));
                    }
                    if (times > 1) {
                        violations.add(new Violation.DoubledInIndex(chunk, times));
                    }
                });
    }
}
