/// The embedding worker: chunks in, embeddings out, each exactly once.
@NullMarked
package dev.millrace.inference.worker;

import org.jspecify.annotations.NullMarked;
