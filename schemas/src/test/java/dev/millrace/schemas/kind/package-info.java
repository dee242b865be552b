/// Tests of the log of kinds.
@NullMarked
package dev.millrace.schemas.kind;

import org.jspecify.annotations.NullMarked;
