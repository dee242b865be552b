/// Tests of how tasks are decided.
@NullMarked
package dev.millrace.domain.task;

import org.jspecify.annotations.NullMarked;
