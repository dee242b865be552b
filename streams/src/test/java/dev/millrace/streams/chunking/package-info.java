/// Tests of the chunker.
@NullMarked
package dev.millrace.streams.chunking;

import org.jspecify.annotations.NullMarked;
