/// Bytes that have exactly one form for each content.
@NullMarked
package dev.millrace.domain.audit.encoding;

import org.jspecify.annotations.NullMarked;
