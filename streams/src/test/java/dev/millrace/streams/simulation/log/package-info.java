/// A log and stores as Kafka keeps them, in memory and under a virtual clock.
@NullMarked
package dev.millrace.streams.simulation.log;

import org.jspecify.annotations.NullMarked;
