/// The kinds of task, as they are read from and written to their topic.
@NullMarked
package dev.millrace.schemas.kind;

import org.jspecify.annotations.NullMarked;
