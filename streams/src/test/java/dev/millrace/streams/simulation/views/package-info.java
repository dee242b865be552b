/// The instances of the views under a seed and a virtual clock: what folds, what shares partitions,
/// what commits and restores, who reads, and all that may go wrong with each.
@NullMarked
package dev.millrace.streams.simulation.views;

import org.jspecify.annotations.NullMarked;
