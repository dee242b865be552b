/// Tests of reading embeddings into the index.
@NullMarked
package dev.millrace.search.indexing;

import org.jspecify.annotations.NullMarked;
