/// A site of many processes on a Kafka of many brokers.
@NullMarked
package dev.millrace.site.cluster;

import org.jspecify.annotations.NullMarked;
