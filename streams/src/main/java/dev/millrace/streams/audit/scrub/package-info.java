/// Compares the log with its signed trees, and the trees with what was signed, again and again.
@NullMarked
package dev.millrace.streams.audit.scrub;

import org.jspecify.annotations.NullMarked;
