package dev.millrace.site.audit;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.task.TaskId;

/// A document whose submitter saw a 202.
///
/// @param document the id in the answer
/// @param task the id in the answer
/// @param text all of it, as it was sent
public record AcceptedDocument(
        DocumentId document, TaskId task, String name, String mediaType, String text) {}
