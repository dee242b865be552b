/// Kafka serializers and deserializers of every topic, and the records built around them.
@NullMarked
package dev.millrace.schemas.serde;

import org.jspecify.annotations.NullMarked;
