/// The queues of work, as share groups of Kafka.
@NullMarked
package dev.millrace.gateway.queues;

import org.jspecify.annotations.NullMarked;
