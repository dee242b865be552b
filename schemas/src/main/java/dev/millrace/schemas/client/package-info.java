/// Kafka clients that go on after what passes: followers of topics, and senders of events.
@NullMarked
package dev.millrace.schemas.client;

import org.jspecify.annotations.NullMarked;
