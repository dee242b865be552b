package dev.millrace.inference.worker;

import dev.millrace.domain.document.Chunk;

/// The text of a chunk that the model is given: the headings above it, outermost first, a line
/// each, then what it says. A passage deep in a chapter seldom repeats what the chapter is about,
/// but is looked for by it.
final class EmbeddingInput {

    private EmbeddingInput() {}

    static String of(Chunk chunk) {
        var text = new StringBuilder();
        for (var heading : chunk.headings()) {
            text.append(heading).append('\n');
        }
        return text.append(chunk.passage().text()).toString();
    }
}
