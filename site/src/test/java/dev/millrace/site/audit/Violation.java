package dev.millrace.site.audit;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.task.TaskId;
import java.util.List;

/// Something that a site promises and does not hold.
///
/// Places in the log are written `topic-partition@offset`.
public sealed interface Violation {

    /// A command or report of which no event came.
    record NoOutcome(String input) implements Violation {}

    /// A command or report of which more than one event came.
    ///
    /// @param events where they are
    record TwoOutcomes(String input, List<String> events) implements Violation {}

    /// An event whose cause is not in the log.
    record NoCause(String event, String cause) implements Violation {}

    /// The versions of a task's events, in the order of the log, are not 1, 2, 3 …
    record GapInVersions(TaskId task, List<Long> versions) implements Violation {}

    /// A task succeeded and has another number of results than one.
    record WrongResults(TaskId task, int results) implements Violation {}

    /// An accepted document whose task the log does not know.
    record MissingTask(TaskId task) implements Violation {}

    /// An accepted document whose task has not come to a good end.
    record NotSucceeded(TaskId task, String state) implements Violation {}

    /// An accepted document that `documents` does not have, or has with another text.
    record MissingDocument(DocumentId document) implements Violation {}

    /// A document that was accepted or cut more than once.
    record DoubledDocument(DocumentId document, int accepted, int chunked) implements Violation {}

    /// A chunk that a document was cut into, or should have been, and that `chunks` does not have,
    /// or has with another text.
    record MissingChunk(ChunkId chunk) implements Violation {}

    /// A chunk that is in `chunks` more than once.
    record DoubledChunk(ChunkId chunk, int times) implements Violation {}

    /// A chunk that no document was cut into.
    record StrayChunk(ChunkId chunk) implements Violation {}

    /// A chunk that has no vector in `embeddings`.
    record MissingVector(ChunkId chunk) implements Violation {}

    /// A chunk that has more than one vector in `embeddings`.
    record DoubledVector(ChunkId chunk, int times) implements Violation {}

    /// A vector of a chunk that is not in `chunks`.
    record StrayVector(ChunkId chunk) implements Violation {}

    /// A chunk that the index does not have, or has without a vector.
    record NotSearchable(ChunkId chunk) implements Violation {}

    /// A chunk that the index has more than once.
    record DoubledInIndex(ChunkId chunk, int times) implements Violation {}

    /// Something in the index that is not in `chunks`.
    record StrayInIndex(ChunkId chunk) implements Violation {}

    /// A row of a view that a direct fold of the log makes otherwise.
    ///
    /// @param expected what the fold makes, as JSON; `absent` if nothing
    /// @param found what the view shows, as JSON; `absent` if nothing
    record ViewDiffers(String view, String key, String expected, String found)
            implements Violation {}

    /// A view that did not read to the end of the log in time.
    record ViewBehind(String view, String found, String expected) implements Violation {}
}
