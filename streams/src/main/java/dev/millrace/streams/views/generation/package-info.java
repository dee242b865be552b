/// Generations of the views: the next one is built beside the one that answers, and takes over.
@NullMarked
package dev.millrace.streams.views.generation;

import org.jspecify.annotations.NullMarked;
