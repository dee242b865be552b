/// What must hold of the views whatever goes wrong, and seeds without end that it is held to.
@NullMarked
package dev.millrace.streams.simulation.views.check;

import org.jspecify.annotations.NullMarked;
