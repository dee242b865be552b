/// Fakes of Kafka's clients.
@NullMarked
package dev.millrace.schemas.client;

import org.jspecify.annotations.NullMarked;
