@NullMarked
package dev.millrace.domain.kind;

import org.jspecify.annotations.NullMarked;
