/// Tasks that programs ask for in Kafka itself, taken in as those over HTTP are.
@NullMarked
package dev.millrace.gateway.admission;

import org.jspecify.annotations.NullMarked;
