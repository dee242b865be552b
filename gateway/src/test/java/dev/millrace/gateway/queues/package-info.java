/// Tests of the queues of work.
@NullMarked
package dev.millrace.gateway.queues;

import org.jspecify.annotations.NullMarked;
