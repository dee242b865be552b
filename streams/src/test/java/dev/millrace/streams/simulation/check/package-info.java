/// What must hold of the task engine whatever goes wrong, looked for in what a simulation leaves,
/// by rules of their own.
@NullMarked
package dev.millrace.streams.simulation.check;

import org.jspecify.annotations.NullMarked;
