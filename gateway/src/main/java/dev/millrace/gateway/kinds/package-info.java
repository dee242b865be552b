/// The kinds of task: registered, listed, and held against what is submitted.
@NullMarked
package dev.millrace.gateway.kinds;

import org.jspecify.annotations.NullMarked;
