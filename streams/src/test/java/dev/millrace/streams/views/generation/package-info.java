/// Tests of how one generation of the views follows another.
@NullMarked
package dev.millrace.streams.views.generation;

import org.jspecify.annotations.NullMarked;
