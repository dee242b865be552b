/// The running site: its parts, put together, started in order and stopped in reverse.
@NullMarked
package dev.millrace.site.runtime;

import org.jspecify.annotations.NullMarked;
