/// The whole task engine in one thread, under a seed and a virtual clock: the log, `decide`, the
/// dispatcher, the queues, workers, clients, and all that may go wrong with each.
@NullMarked
package dev.millrace.streams.simulation;

import org.jspecify.annotations.NullMarked;
