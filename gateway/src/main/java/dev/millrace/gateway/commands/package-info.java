/// Commands published to Kafka, and the outcomes awaited.
@NullMarked
package dev.millrace.gateway.commands;

import org.jspecify.annotations.NullMarked;
