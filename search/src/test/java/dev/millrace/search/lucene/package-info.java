/// Tests of the Lucene store.
@NullMarked
package dev.millrace.search.lucene;

import org.jspecify.annotations.NullMarked;
