/// Tests of the taking in of requests from Kafka.
@NullMarked
package dev.millrace.gateway.admission;

import org.jspecify.annotations.NullMarked;
