/// Kinds of task: what work there is, what goes in and what comes out, who may ask and who may do.
@NullMarked
package dev.millrace.domain.kind;

import org.jspecify.annotations.NullMarked;
