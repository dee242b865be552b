/// Puts what is queued into the queues of work: the one writer of `work.<kind>.<priority>`.
@NullMarked
package dev.millrace.streams.dispatch;

import org.jspecify.annotations.NullMarked;
