/// What callers wish for, read.
@NullMarked
package dev.millrace.gateway.tasks;

import org.jspecify.annotations.NullMarked;
