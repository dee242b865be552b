/// Runs an embedding model with DJL and TensorFlow behind the `Embedder` port.
@NullMarked
package dev.millrace.inference.embed;

import org.jspecify.annotations.NullMarked;
