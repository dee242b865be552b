/// Tests of what is added up.
@NullMarked
package dev.millrace.streams.views.tally;

import org.jspecify.annotations.NullMarked;
