/// Adds up what workers, models and those who ask for work do, for each partition and within
/// bounds.
@NullMarked
package dev.millrace.streams.views.tally;

import org.jspecify.annotations.NullMarked;
