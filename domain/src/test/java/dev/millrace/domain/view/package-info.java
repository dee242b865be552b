/// Tests of positions.
@NullMarked
package dev.millrace.domain.view;

import org.jspecify.annotations.NullMarked;
