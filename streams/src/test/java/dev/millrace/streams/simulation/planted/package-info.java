/// Bugs that are planted in the simulated task engine, to see that its rules find them.
@NullMarked
package dev.millrace.streams.simulation.planted;

import org.jspecify.annotations.NullMarked;
