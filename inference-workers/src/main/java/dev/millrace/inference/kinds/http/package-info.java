/// The kind of task that calls HTTP servers outside, and what keeps it from calling others than it
/// may.
@NullMarked
package dev.millrace.inference.kinds.http;

import org.jspecify.annotations.NullMarked;
