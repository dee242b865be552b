/// Texts to take in, made from a seed.
@NullMarked
package dev.millrace.bench.text;

import org.jspecify.annotations.NullMarked;
