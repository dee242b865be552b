/// Folds the log into the views' stores: pure folds, the processors around them, the topology.
@NullMarked
package dev.millrace.streams.views.fold;

import org.jspecify.annotations.NullMarked;
