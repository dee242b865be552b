/// The search port on an embedded Lucene index: vectors, BM25 and their fusion.
@NullMarked
package dev.millrace.search.lucene;

import org.jspecify.annotations.NullMarked;
