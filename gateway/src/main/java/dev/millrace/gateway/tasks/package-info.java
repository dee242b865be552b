/// Tasks in, and what became of them.
@NullMarked
package dev.millrace.gateway.tasks;

import org.jspecify.annotations.NullMarked;
