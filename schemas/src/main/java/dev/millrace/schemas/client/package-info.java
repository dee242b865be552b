/// Kafka clients that go on after what passes: followers of topics, senders of events, sessions.
@NullMarked
package dev.millrace.schemas.client;

import org.jspecify.annotations.NullMarked;
