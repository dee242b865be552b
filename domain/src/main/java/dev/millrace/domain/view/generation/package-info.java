/// Generations of the views: a rebuild folds the log into the next one beside the one that answers.
@NullMarked
package dev.millrace.domain.view.generation;

import org.jspecify.annotations.NullMarked;
