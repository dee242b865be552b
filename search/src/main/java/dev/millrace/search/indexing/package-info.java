/// Reads the `embeddings` topic into the index and reports what became searchable.
@NullMarked
package dev.millrace.search.indexing;

import org.jspecify.annotations.NullMarked;
