/// Every error that a caller sees (RFC 9457).
@NullMarked
package dev.millrace.gateway.problem;

import org.jspecify.annotations.NullMarked;
