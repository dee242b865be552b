/// Tests of the embedder.
@NullMarked
package dev.millrace.inference.embed;

import org.jspecify.annotations.NullMarked;
