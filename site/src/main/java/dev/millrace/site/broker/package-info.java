/// The data folder of a site on one machine, and the Kafka broker that runs inside its JVM.
@NullMarked
package dev.millrace.site.broker;

import org.jspecify.annotations.NullMarked;
