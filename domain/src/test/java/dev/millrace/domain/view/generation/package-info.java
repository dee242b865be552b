/// Tests of the generations of views.
@NullMarked
package dev.millrace.domain.view.generation;

import org.jspecify.annotations.NullMarked;
