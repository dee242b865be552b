/// Tests of submissions over Kafka's own test doubles.
@NullMarked
package dev.millrace.gateway.commands;

import org.jspecify.annotations.NullMarked;
