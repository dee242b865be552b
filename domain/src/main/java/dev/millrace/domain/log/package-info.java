/// The ports through which the log itself is read back.
@NullMarked
package dev.millrace.domain.log;

import org.jspecify.annotations.NullMarked;
