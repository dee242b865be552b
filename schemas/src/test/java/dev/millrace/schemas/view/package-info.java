/// Tests of the log of generations.
@NullMarked
package dev.millrace.schemas.view;

import org.jspecify.annotations.NullMarked;
