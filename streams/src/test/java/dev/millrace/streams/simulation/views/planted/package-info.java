/// Bugs of the views planted one at a time, to see that the rules find them.
@NullMarked
package dev.millrace.streams.simulation.views.planted;

import org.jspecify.annotations.NullMarked;
