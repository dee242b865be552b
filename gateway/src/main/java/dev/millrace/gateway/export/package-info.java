/// Events of the log in bulk, as a file.
@NullMarked
package dev.millrace.gateway.export;

import org.jspecify.annotations.NullMarked;
