/// Tests of what goes into the log.
@NullMarked
package dev.millrace.gateway.submit;

import org.jspecify.annotations.NullMarked;
